# SPDX-License-Identifier: BSD-3-Clause
# The picture of growth.py's figures: gnuplot -e "folder='FOLDER'; out='FILE'" growth.gp
set terminal svg size 1080,440 font "sans-serif,12" background "white"
set output out
set multiplot layout 1,3
set ylabel "instructions"
set grid
set key below left vertical
set yrange [0:*]

set title "an echo by its size"
set xtics 500
set xlabel "octets"
plot folder."/size.txt" using 1:2 with linespoints title "UDP", \
     folder."/size.txt" using 1:3 with linespoints title "TCP"

set title "an echo by open connections"
set xtics 250
set xlabel "connections"
plot folder."/connections.txt" using 1:2 with linespoints title "TCP, 64 octets, the longest at rest", \
     folder."/connections.txt" using 1:3 with linespoints title "UDP, 64 octets"

set title "a SYN by half-open connections"
set xlabel "half-open connections"
plot folder."/half_open.txt" using 1:3 with linespoints title "a SYN and its answer", \
     folder."/half_open.txt" using 1:2 with linespoints title "TCP, 64 octets, the only open one"
unset multiplot
