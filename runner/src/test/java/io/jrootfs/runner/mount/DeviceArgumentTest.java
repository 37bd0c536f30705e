package io.jrootfs.runner.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceArgumentTest {
  @ParameterizedTest
  @CsvSource({
    "/dev/fuse,          /dev/fuse, /dev/fuse, rwm",
    "/dev/fuse:/dev/x,   /dev/fuse, /dev/x,    rwm",
    "/dev/fuse:r,        /dev/fuse, /dev/fuse, r",
    "/dev/fuse:mw,       /dev/fuse, /dev/fuse, wm",
    "/dev/fuse:/x/y:wr,  /dev/fuse, /x/y,      rw",
    "/dev/snd/:/dev//a/, /dev/snd/, /dev/a,    rwm"
  })
  void deviceHasAPlaceAndAnAccess(String argument, String source, String destination, String access)
      throws MountSyntaxException {
    assertThat(DeviceArgument.parse(argument))
        .isEqualTo(new DeviceArgument(argument, source, destination, access));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dev/fuse          | the host's path must be absolute, such as /dev/fuse",
        "vendor.com/gpu=0  | the host's path must be absolute, such as /dev/fuse",
        "/dev/fuse:        | '' is no access; write letters of rwm, as in rw",
        "/dev/fuse:x       | 'x' is no access; write letters of rwm, as in rw",
        "/dev/fuse:rr      | 'rr' is no access; write letters of rwm, as in rw",
        "/dev/fuse:/dev/x: | '' is no access; write letters of rwm, as in rw",
        "/dev/fuse:x:rw    | the path inside the container must be absolute, such as /dev/fuse",
        "/dev/fuse:/a/../b | the path inside the container must not use '..'",
        "/dev/fuse:/proc/x | nothing can be mounted on or below /proc",
        "/a:/b:r:w         | a device is HOST, HOST:CONTAINER, HOST:ACCESS or HOST:CONTAINER:ACCESS"
      })
  void whatCannotBeMeantIsNamed(String argument, String problem) {
    assertThatThrownBy(() -> DeviceArgument.parse(argument))
        .isInstanceOf(MountSyntaxException.class)
        .hasMessage("device '" + argument + "': " + problem);
  }
}
