package io.jrootfs.builder.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.jrootfs.builder.image.ImageFormatException.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentsTest {
  private static final Path IMAGE = Path.of("image.tar");
  private static final String HEX = "ab".repeat(32);
  private static final WrittenLayer LAYER =
      new WrittenLayer(
          new Digest(HEX), new Digest("cd".repeat(32)), 7, Path.of("blob"), Compression.GZIP);

  private static JsonDocument parse(String json) throws ImageFormatException {
    return JsonDocument.parse(IMAGE, "doc.json", json.getBytes(StandardCharsets.UTF_8));
  }

  private static ImageFormatException refusal(ThrowingCallable call) {
    ImageFormatException e = catchThrowableOfType(ImageFormatException.class, call);
    assertThat(e).as("an ImageFormatException").isNotNull();
    return e;
  }

  @Test
  void theConfigurationIsWrittenCompactWithSortedKeys() {
    assertThat(ConfigDocument.render(Samples.CONFIG, Samples.MADE, ImmutableList.of(LAYER)))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(
            "{\"architecture\":\"amd64\",\"config\":{\"Cmd\":[\"--grüße\",\"a b\"],"
                + "\"Entrypoint\":[\"/usr/bin/tool\"],"
                + "\"Env\":[\"PATH=/usr/bin:/bin\",\"EMPTY=\"],"
                + "\"ExposedPorts\":{\"53/udp\":{},\"80/tcp\":{}},"
                + "\"Labels\":{\"org.example.label\":\"value\"},\"StopSignal\":\"SIGINT\","
                + "\"User\":\"1000:1000\",\"Volumes\":{\"/data\":{}},\"WorkingDir\":\"/tmp\"},"
                + "\"created\":\"2021-01-01T00:00:00Z\","
                + "\"history\":[{\"comment\":\"layer gzip, zlib level 6 in 128 KiB blocks\","
                + "\"created\":\"2021-01-01T00:00:00Z\","
                + "\"created_by\":\"jbuild rootfs --add tool\"}],"
                + "\"os\":\"linux\",\"rootfs\":{\"diff_ids\":[\"sha256:"
                + HEX
                + "\"],\"type\":\"layers\"}}");
  }

  @Test
  void theManifestIsWrittenCompactWithSortedKeysAndItsMediaType() {
    Descriptor config = Descriptor.of(MediaType.CONFIG, new Digest(HEX), 3);
    assertThat(new ManifestDocument(config, ImmutableList.of()).render(ImmutableSortedMap.of()))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(
            "{\"config\":{\"digest\":\"sha256:"
                + HEX
                + "\",\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"size\":3},"
                + "\"layers\":[],"
                + "\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                + "\"schemaVersion\":2}");
  }

  @Test
  void whatWeWriteIsReadBack() throws Exception {
    byte[] config = ConfigDocument.render(Samples.CONFIG, Samples.MADE, ImmutableList.of(LAYER));
    assertThat(ConfigDocument.parse(JsonDocument.parse(IMAGE, "config", config)))
        .isEqualTo(new ConfigDocument(Samples.CONFIG, ImmutableList.of(LAYER.diffId())));
    ManifestDocument manifest =
        new ManifestDocument(
            Descriptor.of(MediaType.CONFIG, new Digest(HEX), 3),
            ImmutableList.of(Descriptor.of(LAYER.mediaType(), LAYER.digest(), LAYER.size())));
    assertThat(
            ManifestDocument.parse(
                JsonDocument.parse(IMAGE, "manifest", manifest.render(ImmutableSortedMap.of()))))
        .isEqualTo(manifest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'os':'linux','architecture':'amd64','rootfs':{'type':'layers','diff_ids':null}}",
        "{'os':'linux','architecture':'amd64','config':null,'rootfs':{'type':'layers'}}",
        "{'os':'linux','architecture':'amd64','config':{'Env':null,'Cmd':null,'Entrypoint':null,"
            + "'ExposedPorts':null,'Volumes':null,'Labels':null,'User':'','WorkingDir':'',"
            + "'OnBuild':null,'Healthcheck':{'StartInterval':5}},'container':'x',"
            + "'rootfs':{'type':'layers','diff_ids':[]}}",
      })
  void absentEmptyAndNullPropertiesMeanTheSame(String json) throws Exception {
    assertThat(ConfigDocument.parse(parse(json.replace('\'', '"'))))
        .isEqualTo(new ConfigDocument(ImageConfig.empty(Samples.AMD64), ImmutableList.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | doc.json | empty",
        "nonsense | doc.json | not valid JSON at byte",
        "{'a':1,'a':2} | doc.json | Duplicate field 'a'",
        "{} {} | doc.json | not valid JSON",
        "[] | doc.json | expected an object, found []",
        "{'rootfs':{'type':'layers'},'config':[]} | doc.json $.config | expected an object",
        "{'rootfs':{'type':'layers'},'config':{'Env':'A=b'}} | doc.json $.config.Env |"
            + " expected an array, found \"A=b\"",
        "{'rootfs':{'type':'layers'},'config':{'Env':['A=b',1]}} | doc.json $.config.Env[1] |"
            + " expected a string, found 1",
        "{'rootfs':{'type':'layers'},'config':{'Cmd':['a\\u0000b']}} | doc.json $.config.Cmd[0] |"
            + " NUL",
        "{'rootfs':{'type':'layers'},'config':{'Labels':{'a':{}}}} | doc.json $.config.Labels.a |"
            + " expected a string",
        "{'rootfs':{'type':'layers'},'config':{'Volumes':['/a']}} | doc.json $.config.Volumes |"
            + " expected an object",
        "{'rootfs':{'type':'layers','diff_ids':['sha256:12']}} | doc.json $.rootfs.diff_ids[0] |"
            + " is no digest",
        "{'rootfs':{'type':'layers','diff_ids':['../../etc/passwd']}} |"
            + " doc.json $.rootfs.diff_ids[0] | is no digest",
        "{'os':'linux'} | doc.json | rootfs is missing",
      })
  void aMalformedConfigurationIsNamedByDocumentAndJsonPath(
      String json, String subject, String reason) {
    ImageFormatException e =
        refusal(() -> ConfigDocument.parse(parse(json.replace('\'', '"').replace("`", ""))));
    assertThat(e.kind()).isEqualTo(Kind.MALFORMED);
    assertThat(e.subject()).isEqualTo(subject);
    assertThat(e.getMessage().replace('"', '\'')).contains(reason.replace('"', '\''));
  }

  @Test
  void aDocumentDeeperThanAnyoneNeedsIsRefused() {
    assertThat(refusal(() -> parse("[".repeat(100_000))))
        .hasMessageContaining("nested deeper than 64 levels")
        .hasMessageNotContaining("StreamReadConstraints");
    assertThat(refusal(() -> parse("{} {}"))).hasMessageContaining("something follows the value");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/vnd.oci.image.layer.v1.tar+gzip+encrypted | encrypted layers",
        "application/vnd.oci.image.layer.nondistributable.v1.tar | not part of their image",
        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip | not part of their image",
        "application/octet-stream | not a layer media type",
        "'' | not a layer media type",
      })
  void layersThatCannotBeReadAreRefusedByTheirMediaType(String mediaType, String reason) {
    String config = descriptor(MediaType.CONFIG, "1");
    ImageFormatException e =
        refusal(
            () ->
                ManifestDocument.parse(
                    parse(
                        "{\"config\":"
                            + config
                            + ",\"layers\":["
                            + descriptor(mediaType, "1")
                            + "]}")));
    assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED);
    assertThat(e.subject()).isEqualTo("doc.json $.layers[0]");
    assertThat(e).hasMessageContaining(reason);
  }

  private static String descriptor(String mediaType, String size) {
    return "{\"mediaType\":\""
        + mediaType
        + "\",\"digest\":\"sha256:"
        + HEX
        + "\",\"size\":"
        + size
        + "}";
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5", "\"1\"", "9223372036854775808", "true"})
  void aSizeIsAWholeNumberThatIsNotNegative(String size) {
    ImageFormatException e =
        refusal(() -> Descriptor.parse(parse(descriptor(MediaType.CONFIG, size))));
    assertThat(e.subject()).isEqualTo("doc.json $.size");
    assertThat(e).hasMessageContaining("expected a size in bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"config\":{},\"layers\":[],\"manifests\":[]}",
        "{\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"config\":{},\"layers\":[]}",
      })
  void aManifestThatIsAlsoAnIndexIsRefused(String json) {
    assertThat(refusal(() -> ManifestDocument.parse(parse(json))))
        .hasMessageContaining("is referred to as a manifest, but is none");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"manifests\":[],\"layers\":[]}",
        "{\"manifests\":[],\"config\":{}}",
        "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"manifests\":[]}",
      })
  void anIndexThatIsAlsoAManifestIsRefused(String json) {
    assertThat(refusal(() -> ManifestDocument.parseIndex(parse(json))))
        .hasMessageContaining("is referred to as an image index, but is none");
  }

  @Test
  void anArtifactIsNoImage() {
    String empty = descriptor("application/vnd.oci.empty.v1+json", "2");
    ImageFormatException e =
        refusal(() -> ManifestDocument.parse(parse("{\"config\":" + empty + ",\"layers\":[]}")));
    assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED);
    assertThat(e).hasMessageContaining("not an image; its configuration is of type");
  }
}
