package io.jrootfs.builder.sbom;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.base.CharMatcher;
import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hashing;
import io.jrootfs.builder.dpkg.DpkgPackage;
import io.jrootfs.builder.dpkg.OsRelease;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An inventory as SPDX 2.3 in JSON (spdx.github.io/spdx-spec/v2.3). */
final class SpdxDocument {
  private static final String DOCUMENT = "SPDXRef-DOCUMENT";
  private static final String IMAGE = "SPDXRef-Image";
  private static final String SYSTEM = "SPDXRef-OperatingSystem";
  private static final String NOASSERTION = "NOASSERTION";

  /** What an identifier may consist of (3.2). */
  private static final CharMatcher ID =
      CharMatcher.inRange('a', 'z')
          .or(CharMatcher.inRange('A', 'Z'))
          .or(CharMatcher.inRange('0', '9'))
          .or(CharMatcher.anyOf(".-"));

  private final Inventory inventory;
  private final JsonGenerator json;
  private final Map<Inventory.Component, String> packages = new HashMap<>();
  private final Map<RootfsPath, String> files = new HashMap<>();

  SpdxDocument(Inventory inventory, JsonGenerator json) {
    this.inventory = inventory;
    this.json = json;
    // The number makes them differ where what cannot be in an identifier is all that does.
    for (Inventory.Component one : inventory.packages()) {
      String name = ID.negate().replaceFrom(one.dpkg().name(), '-');
      packages.put(one, "SPDXRef-Package-" + (packages.size() + 1) + "-" + name);
    }
    for (Inventory.Content file : inventory.files()) {
      files.put(file.path(), "SPDXRef-File-" + (files.size() + 1));
    }
  }

  void write() throws IOException {
    json.writeStartObject();
    json.writeStringField("spdxVersion", "SPDX-2.3");
    json.writeStringField("dataLicense", "CC0-1.0");
    json.writeStringField("SPDXID", DOCUMENT);
    json.writeStringField("name", inventory.subject().name());
    json.writeStringField(
        "documentNamespace",
        "https://spdx.org/spdxdocs/"
            + ID.negate().replaceFrom(inventory.subject().name(), '-')
            + "-"
            + SerialNumber.of("spdx", inventory.subject()));
    json.writeObjectFieldStart("creationInfo");
    json.writeStringField("created", inventory.created().toString());
    json.writeArrayFieldStart("creators");
    json.writeString("Tool: " + inventory.tool().name() + "-" + inventory.tool().version());
    json.writeEndArray();
    json.writeEndObject();
    writePackages();
    writeFiles();
    writeRelationships();
    json.writeEndObject();
  }

  private void writePackages() throws IOException {
    Map<Inventory.Component, List<Inventory.Content>> contents = inventory.filesByOwner();
    json.writeArrayFieldStart("packages");
    writeImage();
    if (inventory.distribution().isPresent()) {
      writeSystem(inventory.distribution().get());
    }
    for (Inventory.Component one : inventory.packages()) {
      writePackage(one, contents.getOrDefault(one, ImmutableList.of()));
    }
    json.writeEndArray();
  }

  private void writeImage() throws IOException {
    Inventory.Subject subject = inventory.subject();
    json.writeStartObject();
    json.writeStringField("SPDXID", IMAGE);
    json.writeStringField("name", subject.name());
    json.writeStringField("versionInfo", subject.digest());
    json.writeStringField("primaryPackagePurpose", "CONTAINER");
    if (!subject.purl().isEmpty()) {
      writePurl(subject.purl());
    }
    writeContents(inventory.files());
    writeUnknown();
    json.writeEndObject();
  }

  private void writeSystem(OsRelease system) throws IOException {
    json.writeStartObject();
    json.writeStringField("SPDXID", SYSTEM);
    json.writeStringField("name", system.id());
    if (!system.versionId().isEmpty()) {
      json.writeStringField("versionInfo", system.versionId());
    }
    json.writeStringField("description", system.prettyName());
    json.writeStringField("primaryPackagePurpose", "OPERATING_SYSTEM");
    writeContents(ImmutableList.of());
    writeUnknown();
    json.writeEndObject();
  }

  private void writePackage(Inventory.Component one, List<Inventory.Content> contents)
      throws IOException {
    DpkgPackage dpkg = one.dpkg();
    json.writeStartObject();
    json.writeStringField("SPDXID", id(one));
    json.writeStringField("name", dpkg.name());
    json.writeStringField("versionInfo", dpkg.version());
    json.writeStringField(
        "sourceInfo",
        "Debian package of architecture "
            + dpkg.architecture()
            + ", built from the source package "
            + dpkg.source());
    writePurl(one.purl());
    writeContents(contents);
    writeUnknown();
    json.writeEndObject();
  }

  private void writePurl(String purl) throws IOException {
    json.writeArrayFieldStart("externalRefs");
    json.writeStartObject();
    json.writeStringField("referenceCategory", "PACKAGE-MANAGER");
    json.writeStringField("referenceType", "purl");
    json.writeStringField("referenceLocator", purl);
    json.writeEndObject();
    json.writeEndArray();
  }

  /** What was looked at is told by a code of the files' digests (7.9). */
  private void writeContents(List<Inventory.Content> contents) throws IOException {
    json.writeBooleanField("filesAnalyzed", !contents.isEmpty());
    if (!contents.isEmpty()) {
      String sums =
          contents.stream().map(Inventory.Content::sha1).sorted().collect(Collectors.joining());
      json.writeObjectFieldStart("packageVerificationCode");
      json.writeStringField("packageVerificationCodeValue", sha1(sums));
      json.writeEndObject();
      json.writeArrayFieldStart("licenseInfoFromFiles");
      json.writeString(NOASSERTION);
      json.writeEndArray();
    }
  }

  /** SHA-1 is what the format prescribes. */
  @SuppressWarnings("deprecation")
  private static String sha1(String text) {
    return Hashing.sha1().hashString(text, StandardCharsets.US_ASCII).toString();
  }

  private void writeUnknown() throws IOException {
    json.writeStringField("downloadLocation", NOASSERTION);
    json.writeStringField("licenseConcluded", NOASSERTION);
    json.writeStringField("licenseDeclared", NOASSERTION);
    json.writeStringField("copyrightText", NOASSERTION);
  }

  private void writeFiles() throws IOException {
    json.writeArrayFieldStart("files");
    for (Inventory.Content file : inventory.files()) {
      json.writeStartObject();
      json.writeStringField("SPDXID", id(file.path()));
      json.writeStringField("fileName", "./" + file.path().relative());
      json.writeArrayFieldStart("checksums");
      writeChecksum("SHA1", file.sha1());
      writeChecksum("SHA256", file.sha256());
      json.writeEndArray();
      json.writeStringField("licenseConcluded", NOASSERTION);
      json.writeArrayFieldStart("licenseInfoInFiles");
      json.writeString(NOASSERTION);
      json.writeEndArray();
      json.writeStringField("copyrightText", NOASSERTION);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void writeChecksum(String algorithm, String value) throws IOException {
    json.writeStartObject();
    json.writeStringField("algorithm", algorithm);
    json.writeStringField("checksumValue", value);
    json.writeEndObject();
  }

  private void writeRelationships() throws IOException {
    json.writeArrayFieldStart("relationships");
    relate(DOCUMENT, "DESCRIBES", IMAGE);
    if (inventory.distribution().isPresent()) {
      relate(IMAGE, "CONTAINS", SYSTEM);
    }
    for (Inventory.Component one : inventory.packages()) {
      relate(IMAGE, "CONTAINS", id(one));
    }
    for (Inventory.Content file : inventory.files()) {
      relate(file.owner().map(this::id).orElse(IMAGE), "CONTAINS", id(file.path()));
    }
    for (Map.Entry<Inventory.Component, Set<Inventory.Component>> needs :
        PackageNeeds.of(inventory).entrySet()) {
      for (Inventory.Component needed : needs.getValue()) {
        relate(id(needs.getKey()), "DEPENDS_ON", id(needed));
      }
    }
    for (Inventory.Need need : inventory.needs()) {
      relate(id(need.from()), "DEPENDS_ON", id(need.to()));
    }
    json.writeEndArray();
  }

  private void relate(String from, String how, String to) throws IOException {
    json.writeStartObject();
    json.writeStringField("spdxElementId", from);
    json.writeStringField("relationshipType", how);
    json.writeStringField("relatedSpdxElement", to);
    json.writeEndObject();
  }

  private String id(Inventory.Component one) {
    return known(packages.get(one), one);
  }

  private String id(RootfsPath file) {
    return known(files.get(file), file);
  }

  private static String known(@Nullable String id, Object what) {
    if (id == null) {
      throw new IllegalStateException("not in the inventory: " + what);
    }
    return id;
  }
}
