package emulator

// What tests of the inside look at.
var (
	KeyIDs        = keyIDs
	ProductionPin = productionPin
)
