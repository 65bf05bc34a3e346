# SPDX-License-Identifier: BSD-3-Clause
# The picture of what each server reaches, in as many columns as there are servers:
# gnuplot -e "folder='FOLDER'; out='FILE'; servers=N" throughput.gp
set terminal svg size 1280,460 font "sans-serif,12" background "white"
set output out
set title "echoes, or octets of bulk, a second: share of the best server's"
set style data histograms
set style histogram clustered gap 1.5
set style fill solid 0.85 border -1
set boxwidth 0.95
set yrange [0:1.05]
set format y "%.1f"
set grid y
set key outside right top vertical autotitle columnheader
set xtics scale 0
set bmargin 4
plot for [column = 2:servers + 1] folder."/throughput.txt" using column:xtic(1)
