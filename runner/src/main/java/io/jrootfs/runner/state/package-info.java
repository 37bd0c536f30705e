/**
 * What runs and what ran: one directory per container, no daemon and no global lock, right after
 * SIGKILL of anything.
 *
 * <p>A record is a directory named after the container. It comes into being whole, by rename(2), so
 * a name belongs to one container, however many are started at once. Its files:
 *
 * <ul>
 *   <li>{@code container.json}, written before the start and never changed: {@link
 *       io.jrootfs.runner.state.ContainerRecord};
 *   <li>{@code conditions.json}, likewise: {@link io.jrootfs.runner.state.Conditions};
 *   <li>{@code surroundings.json} and {@code network}, likewise: {@link
 *       io.jrootfs.runner.state.Surroundings} and {@link io.jrootfs.runner.state.PortRecord};
 *   <li>{@code hosts} and {@code resolv.conf}, likewise: {@link
 *       io.jrootfs.runner.state.NameRecord};
 *   <li>{@code limits.json}, if there are any, and replaced when they are changed: {@link
 *       io.jrootfs.runner.state.LimitRecord};
 *   <li>{@code starting}, by the launcher until the container's program runs: what enters the
 *       container before would find the host's files;
 *   <li>{@code processes}, by the launcher ({@code src/main/c/record.c}) once the container's first
 *       process exists: four numbers, that process' and the launcher's, each with its start;
 *   <li>{@code end}, by the launcher: empty until the container has ended, then its exit status;
 *   <li>{@code log}, {@code log.1} and so on, by the launcher of a detached container.
 * </ul>
 */
@NullMarked
package io.jrootfs.runner.state;

import org.jspecify.annotations.NullMarked;
