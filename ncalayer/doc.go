// Package ncalayer speaks the protocol of NCALayer, the signing program of the national certification authority of
// Kazakhstan (НУЦ РК, ҰКО).
package ncalayer
