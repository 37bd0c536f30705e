package io.jrootfs.builder.recipe;

import com.google.common.base.Ascii;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.rootfs.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Capabilities of a file (capabilities(7), "File capabilities").
 *
 * @param permitted one bit a capability
 * @param inheritable one bit a capability
 * @param effective whether they are in force when the program starts
 */
public record FileCapabilities(long permitted, long inheritable, boolean effective) {
  /** In the order of their numbers (linux/capability.h). */
  private static final ImmutableList<String> NAMES =
      ImmutableList.copyOf(
          Splitter.on(' ')
              .split(
                  "chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap"
                      + " linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock"
                      + " ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin"
                      + " sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease"
                      + " audit_write audit_control setfcap mac_override mac_admin syslog"
                      + " wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore"));

  /** One clause of cap_from_text(3); several would only be needed to give some less than others. */
  private static final Pattern TEXT = Pattern.compile("(?<names>[a-z_,]+)[+=](?<flags>[eip]{1,3})");

  private static final int VFS_CAP_REVISION_2 = 0x02000000;
  private static final int VFS_CAP_FLAGS_EFFECTIVE = 1;

  /**
   * Reads {@code NAME[,NAME...]+FLAGS}.
   *
   * @throws IllegalArgumentException if that is not what it is, or there is no such capability
   */
  static FileCapabilities parse(String text) {
    Matcher matcher = TEXT.matcher(Ascii.toLowerCase(text));
    if (!matcher.matches()) {
      throw new IllegalArgumentException("'" + text + "' is not like cap_net_raw+ep");
    }
    long set = 0;
    for (String name : Splitter.on(',').split(matcher.group("names"))) {
      int number = name.startsWith("cap_") ? NAMES.indexOf(name.substring(4)) : -1;
      if (number < 0) {
        throw new IllegalArgumentException("there is no capability '" + name + "'");
      }
      set |= 1L << number;
    }
    String flags = matcher.group("flags");
    return new FileCapabilities(
        flags.contains("p") ? set : 0, flags.contains("i") ? set : 0, flags.contains("e"));
  }

  /** The attribute {@code security.capability} ({@code struct vfs_cap_data}). */
  public Bytes attribute() {
    ByteBuffer buffer = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(VFS_CAP_REVISION_2 | (effective ? VFS_CAP_FLAGS_EFFECTIVE : 0));
    buffer.putInt((int) permitted).putInt((int) inheritable);
    buffer.putInt((int) (permitted >>> 32)).putInt((int) (inheritable >>> 32));
    return Bytes.copyOf(buffer.array());
  }
}
