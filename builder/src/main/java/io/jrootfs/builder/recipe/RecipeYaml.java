package io.jrootfs.builder.recipe;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.recipe.RecipeNode.Entry;
import io.jrootfs.builder.recipe.RecipeNode.Mapping;
import io.jrootfs.builder.recipe.RecipeNode.Scalar;
import io.jrootfs.builder.recipe.RecipeNode.Sequence;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The subset of YAML 1.2 that recipes are written in: maps, lists and texts. No anchors and aliases
 * (a few lines of them can stand for gigabytes), no tags, one document.
 */
final class RecipeYaml {
  /** Nobody's recipe; deep enough that only an attack gets there. */
  private static final int MAX_DEPTH = 32;

  private final String file;
  private final List<String> lines;
  private final Iterator<Event> events;

  private RecipeYaml(String file, String text) {
    this.file = file;
    this.lines = Splitter.onPattern("\r\n|\r|\n").splitToList(text);
    this.events =
        new Parse(
                LoadSettings.builder()
                    .setLabel(file)
                    .setUseMarks(true)
                    // Whoever reads the file has a limit of his own.
                    .setCodePointLimit(Integer.MAX_VALUE)
                    .build())
            .parseString(text)
            .iterator();
  }

  /**
   * The document's top, which is a map.
   *
   * @param file for messages
   * @throws RecipeException if it is not YAML, or more of it than recipes may use
   */
  static Mapping parse(String file, String text) throws RecipeException {
    RecipeYaml yaml = new RecipeYaml(file, text);
    try {
      return yaml.document();
    } catch (MarkedYamlEngineException e) {
      Optional<Mark> mark = e.getProblemMark();
      String problem = "is not YAML: " + e.getProblem();
      throw mark.isPresent()
          ? new RecipeException(yaml.mark(mark.get()), problem)
          : new RecipeException(file, problem);
    } catch (YamlEngineException e) {
      throw new RecipeException(file, "is not YAML: " + e.getMessage());
    }
  }

  private Mapping document() throws RecipeException {
    events.next();
    Event first = events.next();
    if (first.getEventId() == Event.ID.StreamEnd) {
      throw new RecipeException(file, "is empty; a recipe begins with 'recipe: 1'");
    }
    RecipeNode top = node(events.next(), 0);
    events.next();
    Event end = events.next();
    if (end.getEventId() != Event.ID.StreamEnd) {
      throw new RecipeException(mark(end), "a recipe is one document; end it here");
    }
    if (top instanceof Mapping mapping) {
      return mapping;
    }
    throw new RecipeException(top.mark(), "a recipe is a map, and begins with 'recipe: 1'");
  }

  private RecipeNode node(Event event, int depth) throws RecipeException {
    RecipeMark mark = mark(event);
    if (event instanceof AliasEvent
        || (event instanceof NodeEvent node && node.getAnchor().isPresent())) {
      throw new RecipeException(
          mark, "recipes have no anchors and aliases; write the value, or include a file with it");
    }
    if (depth > MAX_DEPTH) {
      throw new RecipeException(mark, "nested more than " + MAX_DEPTH + " levels deep");
    }
    if (event instanceof ScalarEvent scalar) {
      refuseTag(scalar.getTag(), mark);
      refuseNoText(scalar.getValue(), mark);
      return new Scalar(scalar.getValue(), mark);
    }
    refuseTag(((CollectionStartEvent) event).getTag(), mark);
    return event.getEventId() == Event.ID.SequenceStart
        ? sequence(mark, depth)
        : mapping(mark, depth);
  }

  private static void refuseTag(Optional<String> tag, RecipeMark mark) throws RecipeException {
    if (tag.isPresent()) {
      throw new RecipeException(
          mark, "recipes have no tags such as '" + tag.get() + "'; the key says what type it is");
    }
  }

  /** Neither names of files nor arguments can hold these, so nothing else needs to ask. */
  private static void refuseNoText(String value, RecipeMark mark) throws RecipeException {
    if (value.indexOf('\0') >= 0) {
      throw new RecipeException(mark, "a text has no NUL characters; put the bytes into a file");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
      throw new RecipeException(mark, "half a surrogate pair is no character");
    }
  }

  private Sequence sequence(RecipeMark mark, int depth) throws RecipeException {
    ImmutableList.Builder<RecipeNode> items = ImmutableList.builder();
    for (Event next = events.next();
        next.getEventId() != Event.ID.SequenceEnd;
        next = events.next()) {
      items.add(node(next, depth + 1));
    }
    return new Sequence(items.build(), mark);
  }

  private Mapping mapping(RecipeMark mark, int depth) throws RecipeException {
    ImmutableList.Builder<Entry> entries = ImmutableList.builder();
    Map<String, RecipeMark> keys = new HashMap<>();
    for (Event next = events.next();
        next.getEventId() != Event.ID.MappingEnd;
        next = events.next()) {
      if (!(node(next, depth + 1) instanceof Scalar key)) {
        throw new RecipeException(mark(next), "a key is a text");
      }
      RecipeMark first = keys.putIfAbsent(key.text(), key.mark());
      if (first != null) {
        throw new RecipeException(
            key.mark(), "key '" + key.text() + "' is there already, in line " + first.line());
      }
      entries.add(new Entry(key, node(events.next(), depth + 1)));
    }
    return new Mapping(entries.build(), mark);
  }

  private RecipeMark mark(Event event) {
    return mark(event.getStartMark().orElseThrow());
  }

  private RecipeMark mark(Mark mark) {
    int line = mark.getLine();
    return new RecipeMark(
        file, line + 1, mark.getColumn() + 1, line < lines.size() ? lines.get(line) : "");
  }
}
