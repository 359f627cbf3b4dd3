package io.github.close4j.examples.cli;

import io.github.close4j.examples.run.CorpusFiles;
import io.github.close4j.examples.run.CorpusFiles.Part;
import io.github.close4j.examples.run.InputFile;
import io.github.close4j.examples.run.RunTask;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The task and the texts that it is learned or judged on. */
final class CorpusOptions {
  @Option(
      names = "--task",
      defaultValue = "captioning-single",
      converter = RunTaskConverter.class,
      completionCandidates = RunTaskConverter.Names.class,
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private RunTask task;

  @Option(
      names = "--corpus",
      paramLabel = "PART=FILE",
      description = {
        "What the task is made of. Entailment: pairs; VQA: questions, annotations, captions;",
        "VQA-E: explanations; news: news, articles (a folder); all others: captions."
      })
  private Map<Part, Path> corpus = new EnumMap<>(Part.class);

  @Option(
      names = "--splits",
      split = ",",
      paramLabel = "SPLIT",
      description = "The captions are Karpathy's dataset_coco.json; take these splits of it.")
  private List<String> splits = List.of();

  @Option(
      names = "--skip-malformed",
      description = "Tell of records that cannot be used and skip them; else the first ends it.")
  private boolean skipMalformed;

  RunTask task() {
    return task;
  }

  boolean skipMalformed() {
    return skipMalformed;
  }

  void putCaptions(Path file) {
    corpus.put(Part.CAPTIONS, file);
  }

  boolean isEmpty() {
    return corpus.isEmpty();
  }

  CorpusFiles files() {
    return files(corpus, splits);
  }

  static CorpusFiles files(Map<Part, Path> paths, List<String> splits) {
    Map<Part, InputFile> files = new EnumMap<>(Part.class);
    paths.forEach((part, path) -> files.put(part, InputFile.of(path)));
    return new CorpusFiles(files, splits);
  }
}
