# The commands of this repository; `make run` and `make test` install what they need.
.PHONY: install test format
install:
	@packaging/install.sh
test: install
	@tests/run.sh
format:
	find src tests -name '*.cpp' -o -name '*.hpp' | xargs clang-format -i
