package io.jrootfs.builder.registry;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.google.cloud.tools.jib.image.json.ManifestTemplate;
import io.jrootfs.builder.image.StoredDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A manifest for Jib to send, whose bytes Jackson does not touch: written anew it would have
 * another digest.
 */
final class VerbatimManifest extends JsonSerializable.Base implements ManifestTemplate {
  private final StoredDocument manifest;

  VerbatimManifest(StoredDocument manifest) {
    this.manifest = manifest;
  }

  @Override
  public int getSchemaVersion() {
    return 2;
  }

  @Override
  public String getManifestMediaType() {
    return manifest.mediaType();
  }

  @Override
  public void serialize(JsonGenerator generator, SerializerProvider provider) throws IOException {
    generator.writeRawValue(new String(manifest.bytes().toByteArray(), StandardCharsets.UTF_8));
  }

  @Override
  public void serializeWithType(
      JsonGenerator generator, SerializerProvider provider, TypeSerializer typed)
      throws IOException {
    serialize(generator, provider);
  }
}
