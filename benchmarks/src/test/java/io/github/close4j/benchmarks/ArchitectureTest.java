package io.github.close4j.benchmarks;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.stream.Stream;

/** Imports run one way; this module sees all others, so it keeps the rule. */
@AnalyzeClasses(packages = "io.github.close4j", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String[] CORE = {
    "io.github.close4j",
    "io.github.close4j.adapter..",
    "io.github.close4j.embedding..",
    "io.github.close4j.image..",
    "io.github.close4j.metric..",
    "io.github.close4j.internal.."
  };
  private static final String ONNX = "io.github.close4j.onnx..";
  private static final String TRAINING = "io.github.close4j.training..";
  private static final String EXAMPLES = "io.github.close4j.examples..";
  private static final String PROGRAMS = "io.github.close4j.programs..";
  private static final String BENCHMARKS = "io.github.close4j.benchmarks..";

  @ArchTest
  static final ArchRule modulesImportOneWay =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("core")
          .definedBy(CORE)
          .layer("onnx")
          .definedBy(ONNX)
          .layer("training")
          .definedBy(TRAINING)
          .layer("examples")
          .definedBy(EXAMPLES)
          .layer("programs")
          .definedBy(PROGRAMS)
          .optionalLayer("benchmarks")
          .definedBy(BENCHMARKS)
          .whereLayer("benchmarks")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("programs")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("examples")
          .mayOnlyBeAccessedByLayers("benchmarks")
          .whereLayer("training")
          .mayOnlyBeAccessedByLayers("examples", "programs", "benchmarks")
          .whereLayer("onnx")
          .mayOnlyBeAccessedByLayers("training", "examples", "programs", "benchmarks");

  @ArchTest
  static final ArchRule everyClassHasARoom =
      classes()
          .should()
          .resideInAnyPackage(
              CORE[0],
              CORE[1],
              CORE[2],
              CORE[3],
              CORE[4],
              CORE[5],
              ONNX,
              TRAINING,
              EXAMPLES,
              PROGRAMS,
              BENCHMARKS);

  @ArchTest
  static final ArchRule aUsersProgramTouchesNoInternals =
      noClasses()
          .that()
          .resideInAPackage(PROGRAMS)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..internal..");

  @ArchTest
  static final ArchRule coresInternalsHaveNoCycles =
      slices().matching("io.github.close4j.internal.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule trainingsInternalsHaveNoCycles =
      slices().matching("io.github.close4j.training.internal.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule coreHasNoNativesAndNoFrameworks =
      noClasses()
          .that()
          .resideInAnyPackage(CORE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.onnxruntime..", "ai.djl..", "org.bytedeco..");

  @ArchTest
  static final ArchRule libtorchStaysInTraining =
      noClasses()
          .that()
          .resideInAnyPackage(ONNX)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bytedeco..");

  @ArchTest
  static final ArchRule onnxRuntimeStaysInOnnx =
      noClasses()
          .that()
          .resideInAnyPackage(TRAINING, EXAMPLES, PROGRAMS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.onnxruntime..", "ai.djl..", "ai.onnx..");

  /** Such a hook would keep a library's classes for as long as the process lives. */
  @ArchTest
  static final ArchRule loadingALibraryAddsNoShutdownHook =
      noClasses()
          .that()
          .resideInAnyPackage(
              Stream.concat(Arrays.stream(CORE), Stream.of(ONNX, TRAINING)).toArray(String[]::new))
          .should()
          .callMethodWhere(
              describe(
                  "a static initialiser adds a shutdown hook",
                  call ->
                      call.getOrigin().getName().equals("<clinit>")
                          && call.getTarget().getName().equals("addShutdownHook")));

  @ArchTest
  static final ArchRule noTypeReadsAsAMethodCall =
      noClasses().should().haveSimpleNameStartingWith("Close");
}
