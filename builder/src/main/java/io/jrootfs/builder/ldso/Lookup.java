package io.jrootfs.builder.ldso;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.sysroot.Resolution;
import java.util.Optional;

/** How the look-up of one needed name ended. */
public sealed interface Lookup {
  <R> R match(Cases<R> cases);

  /**
   * A file was found that was not in memory yet.
   *
   * @param object the new object; what it needs is to be looked up in its turn
   * @param foundBy the rule
   */
  record Found(LoadedObject object, FoundBy foundBy) implements Lookup {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.found(this);
    }
  }

  /**
   * An object in memory serves: it answers to the name, or the search led to the same file again.
   *
   * @param object the object in memory
   * @param file where the name leads; after a search the path as found now
   * @param foundBy {@link FoundBy.AlreadyLoaded}, or the rule of the search
   */
  record Known(LoadedObject object, Resolution file, FoundBy foundBy) implements Lookup {
    @Override
    public <R> R match(Cases<R> cases) {
      return cases.known(this);
    }
  }

  /**
   * Nothing serves.
   *
   * @param searched the places looked at, in order
   * @param reason why the search ended early; empty if it ran out of places
   */
  record NotFound(ImmutableList<SearchedPlace> searched, Optional<String> reason)
      implements Lookup {
    /** Whether the loader would take a file that no image can hold. */
    public boolean isUnholdable() {
      return !searched.isEmpty()
          && searched
              .get(searched.size() - 1)
              .passedOver()
              .equals(Optional.of(SearchedPlace.NOT_UTF8));
    }

    @Override
    public <R> R match(Cases<R> cases) {
      return cases.notFound(this);
    }
  }

  /** Every way a look-up ends. */
  interface Cases<R> {
    R found(Found found);

    R known(Known known);

    R notFound(NotFound notFound);
  }
}
