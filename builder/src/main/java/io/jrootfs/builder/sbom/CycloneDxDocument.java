package io.jrootfs.builder.sbom;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.dpkg.DpkgPackage;
import io.jrootfs.builder.dpkg.OsRelease;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** An inventory as CycloneDX 1.6 in JSON (cyclonedx.org/docs/1.6/json). */
final class CycloneDxDocument {
  private final Inventory inventory;
  private final JsonGenerator json;

  CycloneDxDocument(Inventory inventory, JsonGenerator json) {
    this.inventory = inventory;
    this.json = json;
  }

  void write() throws IOException {
    json.writeStartObject();
    json.writeStringField("bomFormat", "CycloneDX");
    json.writeStringField("specVersion", "1.6");
    json.writeStringField(
        "serialNumber", "urn:uuid:" + SerialNumber.of("cyclonedx", inventory.subject()));
    json.writeNumberField("version", 1);
    writeMetadata();
    writeComponents();
    writeDependencies();
    json.writeEndObject();
  }

  private void writeMetadata() throws IOException {
    json.writeObjectFieldStart("metadata");
    json.writeStringField("timestamp", inventory.created().toString());
    json.writeObjectFieldStart("tools");
    json.writeArrayFieldStart("components");
    json.writeStartObject();
    json.writeStringField("type", "application");
    json.writeStringField("name", inventory.tool().name());
    json.writeStringField("version", inventory.tool().version());
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();
    Inventory.Subject subject = inventory.subject();
    json.writeObjectFieldStart("component");
    json.writeStringField("type", "container");
    json.writeStringField("bom-ref", subject.digest());
    json.writeStringField("name", subject.name());
    json.writeStringField("version", subject.digest());
    if (!subject.purl().isEmpty()) {
      json.writeStringField("purl", subject.purl());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private void writeComponents() throws IOException {
    Map<Inventory.Component, List<Inventory.Content>> contents = inventory.filesByOwner();
    json.writeArrayFieldStart("components");
    if (inventory.distribution().isPresent()) {
      writeSystem(inventory.distribution().get());
    }
    for (Inventory.Component one : inventory.packages()) {
      writePackage(one, contents.getOrDefault(one, ImmutableList.of()));
    }
    for (Inventory.Content file : inventory.files()) {
      if (file.owner().isEmpty()) {
        writeFile(file);
      }
    }
    json.writeEndArray();
  }

  private void writeSystem(OsRelease system) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", "operating-system");
    json.writeStringField("bom-ref", "os:" + system.distro());
    json.writeStringField("name", system.id());
    if (!system.versionId().isEmpty()) {
      json.writeStringField("version", system.versionId());
    }
    json.writeStringField("description", system.prettyName());
    json.writeEndObject();
  }

  private void writePackage(Inventory.Component one, List<Inventory.Content> contents)
      throws IOException {
    DpkgPackage dpkg = one.dpkg();
    json.writeStartObject();
    json.writeStringField("type", "library");
    json.writeStringField("bom-ref", one.purl());
    json.writeStringField("name", dpkg.name());
    json.writeStringField("version", dpkg.version());
    json.writeStringField("purl", one.purl());
    if (!contents.isEmpty()) {
      json.writeArrayFieldStart("components");
      for (Inventory.Content file : contents) {
        writeFile(file);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private void writeFile(Inventory.Content file) throws IOException {
    json.writeStartObject();
    json.writeStringField("type", "file");
    json.writeStringField("bom-ref", ref(file.path()));
    json.writeStringField("name", file.path().value());
    json.writeArrayFieldStart("hashes");
    writeHash("SHA-1", file.sha1());
    writeHash("SHA-256", file.sha256());
    json.writeEndArray();
    json.writeEndObject();
  }

  private void writeHash(String algorithm, String value) throws IOException {
    json.writeStartObject();
    json.writeStringField("alg", algorithm);
    json.writeStringField("content", value);
    json.writeEndObject();
  }

  /** A package's identifier is a package URL, and the image's a digest. */
  private static String ref(RootfsPath file) {
    return "file:" + file;
  }

  private void writeDependencies() throws IOException {
    json.writeArrayFieldStart("dependencies");
    List<String> all = new ArrayList<>();
    inventory.packages().forEach(one -> all.add(one.purl()));
    inventory.files().stream()
        .filter(file -> file.owner().isEmpty())
        .forEach(file -> all.add(ref(file.path())));
    writeDependency(inventory.subject().digest(), all);
    for (Map.Entry<Inventory.Component, Set<Inventory.Component>> needs :
        PackageNeeds.of(inventory).entrySet()) {
      writeDependency(
          needs.getKey().purl(), needs.getValue().stream().map(Inventory.Component::purl).toList());
    }
    SortedMap<RootfsPath, List<String>> needed = new TreeMap<>();
    for (Inventory.Need need : inventory.needs()) {
      needed.computeIfAbsent(need.from(), key -> new ArrayList<>()).add(ref(need.to()));
    }
    for (Map.Entry<RootfsPath, List<String>> needs : needed.entrySet()) {
      writeDependency(ref(needs.getKey()), needs.getValue());
    }
    json.writeEndArray();
  }

  private void writeDependency(String ref, List<String> needed) throws IOException {
    json.writeStartObject();
    json.writeStringField("ref", ref);
    json.writeArrayFieldStart("dependsOn");
    for (String one : needed) {
      json.writeString(one);
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
