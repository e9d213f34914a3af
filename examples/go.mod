module github.com/qoltanba/eds/examples

go 1.26.0

require github.com/qoltanba/eds v0.0.0

replace github.com/qoltanba/eds => ../
