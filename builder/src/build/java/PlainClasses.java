import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InnerClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * {@code PlainClasses JAR...}: writes down what javac leaves to the first call. A build step, run
 * from its source with ASM in the class path.
 *
 * <p>What equals, hashCode and toString of a record do, and which class a lambda expression is an
 * instance of, a JVM makes up when it gets there (invokedynamic, JVMS 6.5). In each start that
 * takes a tenth of a millisecond for a lambda and several for the first records, of which no class
 * archive holds anything. Here it becomes methods and classes as a compiler for Java 7 would have
 * written them.
 */
final class PlainClasses {
  /** Beside the class whose lambda it is; a name that javac does not make. */
  private static final String SUFFIX = "$Plain$";

  private final Map<String, ClassNode> classes = new LinkedHashMap<>();
  private final List<ClassNode> made = new ArrayList<>();

  private PlainClasses() {}

  public static void main(String[] arguments) throws IOException {
    for (String jar : arguments) {
      new PlainClasses().rewrite(Path.of(jar));
    }
  }

  /** A second time there is nothing left to do, and the jar stays as it is. */
  private void rewrite(Path jar) throws IOException {
    boolean isChanged = false;
    Path changed = Files.createTempFile(jar.getParent(), ".changed", null);
    try (ZipFile zip = new ZipFile(jar.toFile());
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(changed))) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (entry.getName().endsWith(".class")) {
          ClassNode node = new ClassNode();
          new ClassReader(zip.getInputStream(entry).readAllBytes()).accept(node, 0);
          classes.put(entry.getName(), node);
        }
      }
      for (ClassNode node : List.copyOf(classes.values())) {
        isChanged |= makePlain(node);
      }
      for (ZipEntry entry : Collections.list(zip.entries())) {
        ClassNode node = classes.get(entry.getName());
        write(
            out,
            entry.getName(),
            entry,
            node == null ? zip.getInputStream(entry).readAllBytes() : bytes(node));
        if (node != null) {
          for (ClassNode one : made) {
            if (one.name.startsWith(node.name + SUFFIX)) {
              write(out, one.name + ".class", entry, bytes(one));
            }
          }
        }
      }
    }
    if (isChanged) {
      Files.setPosixFilePermissions(changed, Files.getPosixFilePermissions(jar));
      Files.move(changed, jar, StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.delete(changed);
    }
  }

  /** With the local time as it stands in the jar: the same bytes in every time zone. */
  private static void write(ZipOutputStream out, String name, ZipEntry like, byte[] content)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(like.getTimeLocal());
    out.putNextEntry(entry);
    out.write(content);
    out.closeEntry();
  }

  private static byte[] bytes(ClassNode node) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    node.accept(writer);
    return writer.toByteArray();
  }

  /** Whether there was anything to do. */
  private boolean makePlain(ClassNode node) {
    boolean isChanged = false;
    int count = 0;
    for (MethodNode method : node.methods) {
      for (AbstractInsnNode instruction : method.instructions.toArray()) {
        if (!(instruction instanceof InvokeDynamicInsnNode call)) {
          continue;
        }
        if (call.bsm.getOwner().equals("java/lang/runtime/ObjectMethods")) {
          RecordMethods.write(method, node, call.bsmArgs);
          isChanged = true;
          break;
        }
        if (call.bsm.getOwner().equals("java/lang/invoke/LambdaMetafactory")
            && call.bsm.getName().equals("metafactory")) {
          ClassNode lambda = Lambda.of(call, node.name + SUFFIX + count++, host(node));
          made.add(lambda);
          ClassNode host = classes.get(lambda.nestHostClass + ".class");
          if (host.nestMembers == null) {
            host.nestMembers = new ArrayList<>();
          }
          host.nestMembers.add(lambda.name);
          method.instructions.set(
              call,
              new MethodInsnNode(
                  Opcodes.INVOKESTATIC, lambda.name, Lambda.FACTORY, call.desc, false));
          isChanged = true;
        }
      }
    }
    return isChanged;
  }

  /** What a lambda does is private, and so only for classes of the same nest (JVMS 5.4.4). */
  private static String host(ClassNode node) {
    return node.nestHostClass == null ? node.name : node.nestHostClass;
  }

  private static Type wrapper(Type primitive) {
    return switch (primitive.getSort()) {
      case Type.BOOLEAN -> Type.getType(Boolean.class);
      case Type.BYTE -> Type.getType(Byte.class);
      case Type.CHAR -> Type.getType(Character.class);
      case Type.SHORT -> Type.getType(Short.class);
      case Type.INT -> Type.getType(Integer.class);
      case Type.LONG -> Type.getType(Long.class);
      case Type.FLOAT -> Type.getType(Float.class);
      default -> Type.getType(Double.class);
    };
  }

  private static boolean isPrimitive(Type type) {
    return type.getSort() < Type.ARRAY;
  }

  /** The methods of a record, by what java.lang.runtime.ObjectMethods says that they do. */
  private static final class RecordMethods {
    private final MethodNode code;
    private final String record;
    private final List<Handle> getters = new ArrayList<>();

    private RecordMethods(MethodNode code, String record, Object[] arguments) {
      this.code = code;
      this.record = record;
      for (Object getter : List.of(arguments).subList(2, arguments.length)) {
        getters.add((Handle) getter);
      }
    }

    /** Arguments: the record's class, the names of its components, and how each is read. */
    static void write(MethodNode method, ClassNode node, Object[] arguments) {
      method.instructions.clear();
      method.localVariables = null;
      RecordMethods methods = new RecordMethods(method, node.name, arguments);
      switch (method.name) {
        case "equals" -> methods.equality();
        case "hashCode" -> methods.hash();
        default -> methods.text(simpleName(node), ((String) arguments[1]).split(";"));
      }
    }

    private static String simpleName(ClassNode node) {
      for (InnerClassNode inner : node.innerClasses) {
        if (inner.name.equals(node.name)) {
          return inner.innerName;
        }
      }
      return node.name.substring(node.name.lastIndexOf('/') + 1);
    }

    private void load(int variable, Handle getter) {
      code.visitVarInsn(Opcodes.ALOAD, variable);
      code.visitFieldInsn(Opcodes.GETFIELD, record, getter.getName(), getter.getDesc());
    }

    private void callStatic(String owner, String name, String descriptor) {
      code.visitMethodInsn(Opcodes.INVOKESTATIC, owner, name, descriptor, false);
    }

    private void equality() {
      Label isOne = new Label();
      Label differs = new Label();
      code.visitVarInsn(Opcodes.ALOAD, 1);
      code.visitTypeInsn(Opcodes.INSTANCEOF, record);
      code.visitJumpInsn(Opcodes.IFNE, isOne);
      code.visitInsn(Opcodes.ICONST_0);
      code.visitInsn(Opcodes.IRETURN);
      code.visitLabel(isOne);
      code.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
      code.visitVarInsn(Opcodes.ALOAD, 1);
      code.visitTypeInsn(Opcodes.CHECKCAST, record);
      code.visitVarInsn(Opcodes.ASTORE, 2);
      for (Handle getter : getters) {
        Type type = Type.getType(getter.getDesc());
        load(0, getter);
        load(2, getter);
        if (isPrimitive(type)) {
          // Of numbers with fractions this tells what "==" does not: NaN is one value, -0.0 another.
          String descriptor = Type.getMethodDescriptor(Type.INT_TYPE, type, type);
          callStatic(wrapper(type).getInternalName(), "compare", descriptor);
          code.visitJumpInsn(Opcodes.IFNE, differs);
        } else {
          callStatic("java/util/Objects", "equals", "(Ljava/lang/Object;Ljava/lang/Object;)Z");
          code.visitJumpInsn(Opcodes.IFEQ, differs);
        }
      }
      code.visitInsn(Opcodes.ICONST_1);
      code.visitInsn(Opcodes.IRETURN);
      if (!getters.isEmpty()) {
        code.visitLabel(differs);
        code.visitFrame(Opcodes.F_APPEND, 1, new Object[] {record}, 0, null);
        code.visitInsn(Opcodes.ICONST_0);
        code.visitInsn(Opcodes.IRETURN);
      }
    }

    private void hash() {
      code.visitInsn(Opcodes.ICONST_0);
      for (Handle getter : getters) {
        Type type = Type.getType(getter.getDesc());
        code.visitIntInsn(Opcodes.BIPUSH, 31);
        code.visitInsn(Opcodes.IMUL);
        load(0, getter);
        if (isPrimitive(type)) {
          String descriptor = Type.getMethodDescriptor(Type.INT_TYPE, type);
          callStatic(wrapper(type).getInternalName(), "hashCode", descriptor);
        } else {
          callStatic("java/util/Objects", "hashCode", "(Ljava/lang/Object;)I");
        }
        code.visitInsn(Opcodes.IADD);
      }
      code.visitInsn(Opcodes.IRETURN);
    }

    private void text(String name, String[] components) {
      code.visitTypeInsn(Opcodes.NEW, "java/lang/StringBuilder");
      code.visitInsn(Opcodes.DUP);
      code.visitMethodInsn(
          Opcodes.INVOKESPECIAL, "java/lang/StringBuilder", "<init>", "()V", false);
      for (int i = 0; i < getters.size(); i++) {
        code.visitLdcInsn((i == 0 ? name + "[" : ", ") + components[i] + "=");
        append("Ljava/lang/String;");
        load(0, getters.get(i));
        Type type = Type.getType(getters.get(i).getDesc());
        boolean isSmall = type == Type.BYTE_TYPE || type == Type.SHORT_TYPE;
        append(isSmall ? "I" : isPrimitive(type) ? type.getDescriptor() : "Ljava/lang/Object;");
      }
      code.visitLdcInsn(getters.isEmpty() ? name + "[]" : "]");
      append("Ljava/lang/String;");
      code.visitMethodInsn(
          Opcodes.INVOKEVIRTUAL,
          "java/lang/StringBuilder",
          "toString",
          "()Ljava/lang/String;",
          false);
      code.visitInsn(Opcodes.ARETURN);
    }

    private void append(String type) {
      code.visitMethodInsn(
          Opcodes.INVOKEVIRTUAL,
          "java/lang/StringBuilder",
          "append",
          "(" + type + ")Ljava/lang/StringBuilder;",
          false);
    }
  }

  /** The class of a lambda expression, by what java.lang.invoke.LambdaMetafactory says it is. */
  private static final class Lambda {
    static final String FACTORY = "of";

    private final ClassNode node = new ClassNode();
    private final Type[] captured;

    private Lambda(String name, String type, Type[] captured, String host) {
      this.captured = captured;
      node.visit(
          Opcodes.V17,
          Opcodes.ACC_FINAL | Opcodes.ACC_SUPER | Opcodes.ACC_SYNTHETIC,
          name,
          null,
          "java/lang/Object",
          new String[] {type});
      node.visitNestHost(host);
    }

    /** Arguments: the erased type of the method, what it calls, and the type without erasure. */
    static ClassNode of(InvokeDynamicInsnNode call, String name, String host) {
      Type interfaceType = Type.getReturnType(call.desc);
      Lambda lambda =
          new Lambda(
              name, interfaceType.getInternalName(), Type.getArgumentTypes(call.desc), host);
      lambda.constructor();
      lambda.factory(call.desc);
      lambda.method(
          call.name, (Type) call.bsmArgs[0], (Handle) call.bsmArgs[1], (Type) call.bsmArgs[2]);
      return lambda.node;
    }

    private void constructor() {
      String descriptor = Type.getMethodDescriptor(Type.VOID_TYPE, captured);
      MethodVisitor code = node.visitMethod(Opcodes.ACC_PRIVATE, "<init>", descriptor, null, null);
      code.visitVarInsn(Opcodes.ALOAD, 0);
      code.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
      int variable = 1;
      for (int i = 0; i < captured.length; i++) {
        int access = Opcodes.ACC_PRIVATE | Opcodes.ACC_FINAL;
        node.visitField(access, "c" + i, captured[i].getDescriptor(), null, null);
        code.visitVarInsn(Opcodes.ALOAD, 0);
        code.visitVarInsn(captured[i].getOpcode(Opcodes.ILOAD), variable);
        code.visitFieldInsn(Opcodes.PUTFIELD, node.name, "c" + i, captured[i].getDescriptor());
        variable += captured[i].getSize();
      }
      code.visitInsn(Opcodes.RETURN);
    }

    private void factory(String descriptor) {
      MethodVisitor code = node.visitMethod(Opcodes.ACC_STATIC, FACTORY, descriptor, null, null);
      code.visitTypeInsn(Opcodes.NEW, node.name);
      code.visitInsn(Opcodes.DUP);
      int variable = 0;
      for (Type type : captured) {
        code.visitVarInsn(type.getOpcode(Opcodes.ILOAD), variable);
        variable += type.getSize();
      }
      String constructor = Type.getMethodDescriptor(Type.VOID_TYPE, captured);
      code.visitMethodInsn(Opcodes.INVOKESPECIAL, node.name, "<init>", constructor, false);
      code.visitInsn(Opcodes.ARETURN);
    }

    private void method(String name, Type erased, Handle called, Type exact) {
      MethodVisitor code =
          node.visitMethod(Opcodes.ACC_PUBLIC, name, erased.getDescriptor(), null, null);
      boolean isNew = called.getTag() == Opcodes.H_NEWINVOKESPECIAL;
      if (isNew) {
        code.visitTypeInsn(Opcodes.NEW, called.getOwner());
        code.visitInsn(Opcodes.DUP);
      }
      List<Type> wanted = new ArrayList<>();
      if (!isNew && called.getTag() != Opcodes.H_INVOKESTATIC) {
        wanted.add(Type.getObjectType(called.getOwner()));
      }
      wanted.addAll(List.of(Type.getArgumentTypes(called.getDesc())));
      for (int i = 0; i < captured.length; i++) {
        code.visitVarInsn(Opcodes.ALOAD, 0);
        code.visitFieldInsn(Opcodes.GETFIELD, node.name, "c" + i, captured[i].getDescriptor());
      }
      int variable = 1;
      Type[] given = erased.getArgumentTypes();
      for (int i = 0; i < given.length; i++) {
        code.visitVarInsn(given[i].getOpcode(Opcodes.ILOAD), variable);
        variable += given[i].getSize();
        convert(code, given[i], exact.getArgumentTypes()[i], wanted.get(captured.length + i));
      }
      code.visitMethodInsn(
          opcode(called), called.getOwner(), called.getName(), called.getDesc(), called.isInterface());
      Type result = isNew ? Type.getObjectType(called.getOwner()) : Type.getReturnType(called.getDesc());
      Type returned = erased.getReturnType();
      if (returned != Type.VOID_TYPE) {
        convert(code, result, exact.getReturnType(), returned);
      } else if (result != Type.VOID_TYPE) {
        code.visitInsn(result.getSize() == 2 ? Opcodes.POP2 : Opcodes.POP);
      }
      code.visitInsn(returned.getOpcode(Opcodes.IRETURN));
    }

    /** A method that is private is called like any other by its nest (JVMS 6.5, invokevirtual). */
    private static int opcode(Handle called) {
      return switch (called.getTag()) {
        case Opcodes.H_INVOKESTATIC -> Opcodes.INVOKESTATIC;
        case Opcodes.H_NEWINVOKESPECIAL -> Opcodes.INVOKESPECIAL;
        default -> called.isInterface() ? Opcodes.INVOKEINTERFACE : Opcodes.INVOKEVIRTUAL;
      };
    }

    /** By way of the type that stands in the source, which is a wrapper if one is a primitive. */
    private static void convert(MethodVisitor code, Type from, Type exact, Type to) {
      if (isPrimitive(from) && isPrimitive(to)) {
        widen(code, from, to);
      } else if (isPrimitive(from)) {
        String descriptor = Type.getMethodDescriptor(wrapper(from), from);
        code.visitMethodInsn(
            Opcodes.INVOKESTATIC, wrapper(from).getInternalName(), "valueOf", descriptor, false);
      } else if (isPrimitive(to)) {
        Type own = unwrapped(isPrimitive(exact) ? from : exact, to);
        code.visitTypeInsn(Opcodes.CHECKCAST, wrapper(own).getInternalName());
        code.visitMethodInsn(
            Opcodes.INVOKEVIRTUAL,
            wrapper(own).getInternalName(),
            own.getClassName() + "Value",
            "()" + own.getDescriptor(),
            false);
        widen(code, own, to);
      } else if (!to.getInternalName().equals("java/lang/Object") && !to.equals(from)) {
        code.visitTypeInsn(Opcodes.CHECKCAST, to.getInternalName());
      }
    }

    private static Type unwrapped(Type type, Type otherwise) {
      for (Type primitive :
          List.of(
              Type.BOOLEAN_TYPE,
              Type.BYTE_TYPE,
              Type.CHAR_TYPE,
              Type.SHORT_TYPE,
              Type.INT_TYPE,
              Type.LONG_TYPE,
              Type.FLOAT_TYPE,
              Type.DOUBLE_TYPE)) {
        if (wrapper(primitive).equals(type)) {
          return primitive;
        }
      }
      return otherwise;
    }

    /** What we have no use for fails the build. */
    private static void widen(MethodVisitor code, Type from, Type to) {
      boolean fromInt = from.getSort() >= Type.CHAR && from.getSort() <= Type.INT;
      if (fromInt && to == Type.LONG_TYPE) {
        code.visitInsn(Opcodes.I2L);
      } else if (!from.equals(to) && !(fromInt && to == Type.INT_TYPE)) {
        throw new IllegalStateException("a lambda that turns " + from + " into " + to);
      }
    }
  }
}
