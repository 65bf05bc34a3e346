# SPDX-License-Identifier: BSD-3-Clause
# The picture of sizes, of as many images as were built:
# gnuplot -e "folder='FOLDER'; out='FILE'; images=N" size.gp
set terminal svg size 1080,440 font "sans-serif,12" background "white"
set output out
set multiplot layout 1,2
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.85 border -1
set grid y
set xtics rotate by -40 scale 0
set yrange [0:*]
set key above autotitle columnheader

if (images > 0) {
    set title "boards' images"
    set ylabel "KB"
    plot for [column = 2:3] folder."/images.txt" using column:xtic(1)
}

set title "most memory of the servers"
set ylabel "MB"
unset key
set logscale y
set yrange [0.5:*]
plot folder."/memory.txt" using 2:xtic(1)
unset multiplot
