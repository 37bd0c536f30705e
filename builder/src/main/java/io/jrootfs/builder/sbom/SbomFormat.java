package io.jrootfs.builder.sbom;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** A format of software bills of materials. */
public enum SbomFormat {
  /** SPDX 2.3. */
  SPDX("application/spdx+json", ".spdx.json", "spdxVersion"),
  /** CycloneDX 1.6. */
  CYCLONEDX("application/vnd.cyclonedx+json", ".cdx.json", "bomFormat");

  private final String mediaType;
  private final String suffix;

  /** The property that every document of this format has, and none of another. */
  private final String mark;

  SbomFormat(String mediaType, String suffix, String mark) {
    this.mediaType = mediaType;
    this.suffix = suffix;
    this.mark = mark;
  }

  /** As registered with IANA. */
  public String mediaType() {
    return mediaType;
  }

  /** What the names of such files end in. */
  public String suffix() {
    return suffix;
  }

  /**
   * The format of a document, told by its properties, of which not more is looked at.
   *
   * @return empty if it is of neither, or no JSON
   * @throws IOException if it cannot be read
   */
  public static Optional<SbomFormat> of(byte[] document) throws IOException {
    try (JsonParser json = new JsonFactory().createParser(document)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        for (SbomFormat format : values()) {
          if (format.mark.equals(json.currentName())) {
            return Optional.of(format);
          }
        }
        json.nextToken();
        json.skipChildren();
      }
      return Optional.empty();
    } catch (JsonParseException e) {
      return Optional.empty();
    }
  }

  /**
   * Writes an inventory; the same bytes for the same one.
   *
   * @param out not closed
   * @throws IOException if it cannot be written
   */
  public void write(Inventory inventory, OutputStream out) throws IOException {
    JsonText.write(
        out,
        json -> {
          switch (this) {
            case SPDX -> new SpdxDocument(inventory, json).write();
            case CYCLONEDX -> new CycloneDxDocument(inventory, json).write();
          }
        });
  }
}
