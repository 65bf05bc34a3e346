# SPDX-License-Identifier: BSD-3-Clause
# The picture of latencies: gnuplot -e "folder='FOLDER'; out='FILE'" latency.gp
set terminal svg size 1280,440 font "sans-serif,12" background "white"
set output out
set multiplot layout 1,4
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.85 border -1
set logscale y
set yrange [10:*]
set ylabel "microseconds"
set grid y
set xtics rotate by -40 scale 0
set key above autotitle columnheader

files = "latencyudp0 latencyrequests1 latencyrequests100 latencyrequests1000"
titles = "'UDP 64' 'TCP, 1 connection' 'TCP, 100 connections' 'TCP, 1000 connections'"
do for [i = 1:4] {
    set title word(titles, i)
    file = folder."/".word(files, i).".txt"
    plot for [column = 2:4] file using column:xtic(1)
}
unset multiplot
