package io.jrootfs.runner.spec;

/**
 * A file of the container that is about the container, so no image can hold it.
 *
 * @param path container path
 * @param content all of it
 */
public record TextFile(String path, String content) {}
