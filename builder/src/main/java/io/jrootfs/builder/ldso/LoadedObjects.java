package io.jrootfs.builder.ldso;

import io.jrootfs.builder.sysroot.FileIdentity;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The objects one program has loaded so far, by everything that makes the loader recognise them. A
 * name stays with the first object that had it, as the loader asks its objects in load order.
 */
public final class LoadedObjects {
  /** Room for the names of what most programs load. */
  private static final int USUAL = 64;

  private final LoadedObject main;
  private final Map<FileIdentity, LoadedObject> byIdentity = new HashMap<>(USUAL);
  private final Map<String, LoadedObject> byName = new HashMap<>(USUAL);

  private final Circumstances circumstances;

  private LoadedObjects(LoadedObject main, Circumstances circumstances) {
    this.main = main;
    this.circumstances = circumstances;
  }

  /** glibc looks for the program too when it asks whether an object is loaded already. */
  static LoadedObjects recognising(LoadedObject main, Circumstances circumstances) {
    LoadedObjects loaded = new LoadedObjects(main, circumstances);
    loaded.add(main);
    return loaded;
  }

  /** musl starts with the object behind the program (ldso/dynlink.c, {@code head->next}). */
  static LoadedObjects overlooking(LoadedObject main, Circumstances circumstances) {
    return new LoadedObjects(main, circumstances);
  }

  /** The program itself. */
  public LoadedObject main() {
    return main;
  }

  /** In what they are loaded. */
  public Circumstances circumstances() {
    return circumstances;
  }

  /** The object that answers to a name. */
  public Optional<LoadedObject> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** Whether a file is among them, under whatever name. */
  public boolean holds(FileIdentity identity) {
    return byIdentity.containsKey(identity);
  }

  Optional<LoadedObject> identified(FileIdentity identity) {
    return Optional.ofNullable(byIdentity.get(identity));
  }

  void add(LoadedObject object) {
    byIdentity.putIfAbsent(object.file().identity(), object);
  }

  void name(LoadedObject object, String name) {
    byName.putIfAbsent(name, object);
  }

  /** Gives a name to an object that has none so far. */
  void nameOnce(LoadedObject object, String name) {
    if (!byName.containsValue(object)) {
      byName.putIfAbsent(name, object);
    }
  }
}
