package io.github.close4j.internal.kernels;

import java.util.Optional;

/** Chooses the kernels once, when they are first used. */
final class KernelProvider {
  static final RowKernels SCALAR = new ScalarKernels();
  static final RowKernels ACTIVE = choose();

  private static final String MODULE = "jdk.incubator.vector";
  private static final String VECTOR_KERNELS = "VectorKernels";

  private KernelProvider() {}

  private static RowKernels choose() {
    // Absent unless the application was started with --add-modules jdk.incubator.vector.
    Optional<Module> incubator = ModuleLayer.boot().findModule(MODULE);
    if (incubator.isEmpty()) {
      return SCALAR;
    }
    // A requires clause would make every compiler warn of an incubating module.
    KernelProvider.class.getModule().addReads(incubator.get());
    try {
      String name = KernelProvider.class.getPackageName() + "." + VECTOR_KERNELS;
      return Class.forName(name)
          .asSubclass(RowKernels.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException | LinkageError e) {
      // A later JDK may change the incubating module; the scalar kernels give the same bits.
      return SCALAR;
    }
  }
}
