package io.jrootfs.builder.ldso;

/** Whose a program interpreter is, with what it was configured with. */
sealed interface InterpreterKind permits GlibcInterpreter, MuslInterpreter {}
