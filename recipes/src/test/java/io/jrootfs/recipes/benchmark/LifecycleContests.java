package io.jrootfs.recipes.benchmark;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;

/** Containers in the background, many of them. */
final class LifecycleContests {
  private static final int MANY = 100;

  private final Workshop workshop;
  private final Stopwatch stopwatch;

  LifecycleContests(Workshop workshop) {
    this.workshop = workshop;
    this.stopwatch = new Stopwatch(workshop);
  }

  ImmutableList<Contest> run() throws Exception {
    workshop.shell(
        """
        for i in $(seq %d); do jrun -d --name many$i image.tar sleep 100000 >id; done
        """
            .formatted(MANY));
    try {
      return ImmutableList.of(commands(), memory(), atOnce());
    } finally {
      workshop.shell("jrun rm -f $(jrun ps -aq) >removed");
    }
  }

  private Contest commands() throws Exception {
    List<Contestant> contestants = new ArrayList<>();
    List<String> names = new ArrayList<>();
    String again =
        "%s -d --name victim %s sleep 100000 >id"
            .formatted(workshop.jrun(), workshop.at("image.tar"));
    // Before the first run there is none to remove.
    String anew = workshop.jrun() + " rm -f victim >removed 2>&1 || true; " + again;
    for (Jdk jdk : Jdk.installed()) {
      String jrun = jdk.environment() + workshop.jrun();
      contestants.add(Contestant.of(jdk.name("jrun ps"), jrun + " ps"));
      contestants.add(Contestant.of(jdk.name("jrun exec"), jrun + " exec many7 true"));
      contestants.add(Contestant.of(jdk.name("jrun kill"), jrun + " kill --signal WINCH many7"));
      contestants.add(
          Contestant.of(jdk.name("jrun stop"), jrun + " stop -t 0 victim").preparedBy(anew));
      for (String command : ImmutableList.of("ps", "exec", "kill", "stop")) {
        names.add(jdk.name("jrun " + command));
      }
    }
    Contest contest =
        stopwatch.measure("Commands beside %d containers".formatted(MANY), 5, 3, contestants);
    workshop.shell("jrun rm -f victim >removed");
    for (String name : names) {
      contest = contest.atMost(120, name);
    }
    return contest;
  }

  /** Of the process that stays outside the container. */
  private Contest memory() throws Exception {
    workshop.shell("jrun image.tar sleep 100000 & echo $! >foreground; sleep 1");
    String foreground =
        workshop.shell("awk '/^VmRSS/ { print $2 }' /proc/$(cat foreground)/status");
    String monitor =
        workshop.shell(
            """
            awk '/^VmRSS/ { print $2 }' /proc/$(awk '/^PPid/ { print $2 }' \\
              /proc/$(jrun inspect -f '{{.State.Pid}}' many1)/status)/status
            """);
    workshop.shell("kill -9 $(cat foreground)");
    return new Contest(
            "Resident memory while a container runs",
            "kB",
            ImmutableList.of(
                new Contest.Entry("jrun", Double.parseDouble(foreground.strip())),
                new Contest.Entry("jrun -d", Double.parseDouble(monitor.strip()))),
            ImmutableList.of(),
            ImmutableList.of())
        .atMost(1024, "jrun")
        .atMost(2048, "jrun -d");
  }

  /** 50, one after the other and all together; and how far the kernel lets others come. */
  private Contest atOnce() throws Exception {
    String start = "for i in $(seq 50); do %s %s done; wait";
    String jrun = workshop.jrun() + " --rm " + workshop.at("image.tar") + " true";
    String cpus = workshop.shell("nproc").strip();
    Contest contest =
        stopwatch.measure(
            "50 containers",
            3,
            1,
            ImmutableList.of(
                Contestant.script("jrun, all at once", start.formatted(jrun, "&"), ""),
                Contestant.script("jrun, one after the other", start.formatted(jrun, ";"), ""),
                Contestant.script(
                    "bwrap, all at once", start.formatted(workshop.bubblewrap(), "&"), ""),
                Contestant.script(
                    "bwrap, one after the other",
                    start.formatted(workshop.bubblewrap(), ";"),
                    "")));
    return contest.atMost(
        1.5 / Integer.parseInt(cpus), "jrun, all at once", "jrun, one after the other");
  }
}
