module github.com/qoltanba/eds

go 1.26.0

require (
	github.com/coder/websocket v1.8.15
	github.com/pedroalbanese/gogost v0.0.0-20250117160715-44a1f1ec2524
	github.com/stretchr/testify v1.11.1
	golang.org/x/crypto v0.58.0
)

require (
	github.com/davecgh/go-spew v1.1.1 // indirect
	github.com/pmezard/go-difflib v1.0.0 // indirect
	gopkg.in/yaml.v3 v3.0.1 // indirect
)
