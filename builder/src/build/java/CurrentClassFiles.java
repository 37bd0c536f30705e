import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;

/**
 * {@code CurrentClassFiles JAR...}: brings the classes of jars that were compiled for Java 5 to the
 * class file format of Java 8. A build step, run from its source with ASM, the jars and what they
 * extend in the class path.
 *
 * <p>The JDK leaves such classes out of class-data archives and gives them to its old, slow
 * verifier, which infers what later formats have written down (stack maps, JVMS 4.10.1). For
 * picocli alone that is 0.1 s of each start. Nothing else of a class changes.
 */
final class CurrentClassFiles {
  /** HotSpot archives Java 6 and later; see {@code SystemDictionaryShared} of the JDK. */
  private static final int OLDEST_ARCHIVED = Opcodes.V1_6;

  /** What was done, for whoever looks into such a jar; the Apache License 2.0, 4b, wants it. */
  private static final String NOTICE = "META-INF/CLASS-FILES-CHANGED";

  private static final String NOTICE_TEXT =
      "The class files of this jar were brought to the format of Java 8, with stack maps.\n";

  private CurrentClassFiles() {}

  public static void main(String[] arguments) throws IOException {
    for (String jar : arguments) {
      if (!isDone(Path.of(jar))) {
        rewrite(Path.of(jar));
      }
    }
  }

  /** By the build before this one. */
  private static boolean isDone(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      return zip.getEntry(NOTICE) != null;
    }
  }

  /** The major version is at offset 6 (JVMS 4.1). */
  private static boolean isOld(byte[] classFile) {
    return new ClassReader(classFile).readUnsignedShort(6) < OLDEST_ARCHIVED;
  }

  private static boolean isClass(ZipEntry entry) {
    return entry.getName().endsWith(".class");
  }

  private static byte[] read(ZipFile zip, ZipEntry entry) throws IOException {
    return zip.getInputStream(entry).readAllBytes();
  }

  private static void rewrite(Path jar) throws IOException {
    Path changed = Files.createTempFile(jar.getParent(), ".changed", null);
    try (ZipFile zip = new ZipFile(jar.toFile());
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(changed))) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        byte[] content = read(zip, entry);
        write(out, entry, isClass(entry) && isOld(content) ? current(content) : content);
      }
      ZipEntry notice = new ZipEntry(NOTICE);
      notice.setTimeLocal(zip.entries().nextElement().getTimeLocal());
      write(out, notice, NOTICE_TEXT.getBytes("US-ASCII"));
    }
    Files.setPosixFilePermissions(changed, Files.getPosixFilePermissions(jar));
    Files.move(changed, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void write(ZipOutputStream out, ZipEntry from, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(from.getName());
    // The local time, as it stands in the jar: the same bytes in every time zone.
    entry.setTimeLocal(from.getTimeLocal());
    out.putNextEntry(entry);
    out.write(content);
    out.closeEntry();
  }

  /** Fails on the subroutines (JSR) of Java 1.4 and earlier, which the later formats have not. */
  private static byte[] current(byte[] classFile) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES);
    new ClassReader(classFile)
        .accept(
            new ClassVisitor(Opcodes.ASM9, writer) {
              @Override
              public void visit(
                  int version,
                  int access,
                  String name,
                  String signature,
                  String superName,
                  String[] interfaces) {
                super.visit(Opcodes.V1_8, access, name, signature, superName, interfaces);
              }
            },
            ClassReader.SKIP_FRAMES);
    return writer.toByteArray();
  }
}
