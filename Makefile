# Two commands do everything on a fresh Debian 12: `make demo` and `make test`.
.PHONY: demo test build install bench clean

build/release/landfall: FORCE
	@tools/install-packages demo
	@tools/build release

FORCE:

demo: build/release/landfall
	@build/release/landfall demo

build: build/release/landfall

test:
	@tools/install-packages test
	@tools/build sanitize
	@ctest --preset sanitize

bench:
	@tools/install-packages demo
	@tools/build bench
	@bench/run

install: build/release/landfall
	install -D build/release/landfall $(DESTDIR)/usr/local/bin/landfall
	install -D -m 644 packaging/landfall-watch.service $(DESTDIR)/usr/local/lib/systemd/system/landfall-watch.service

clean:
	rm -rf build
