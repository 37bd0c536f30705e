package io.jrootfs.manual;

/**
 * A word of a command that is no option, as its users see it.
 *
 * @param value what it is
 * @param many whether any number of such words can follow
 * @param description what the help says
 */
record ArgumentText(Value value, boolean many, String description) {}
