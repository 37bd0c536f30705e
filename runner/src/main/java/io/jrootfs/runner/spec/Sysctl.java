package io.jrootfs.runner.spec;

import io.jrootfs.runner.namespace.Namespace;

/**
 * A kernel parameter that belongs to a namespace (runtime-spec config-linux.md, Sysctl).
 *
 * @param name its path below {@code /proc/sys}, such as {@code net/ipv4/ip_forward}
 * @param namespace of the container's own that it belongs to
 */
public record Sysctl(String name, String value, Namespace namespace) {}
