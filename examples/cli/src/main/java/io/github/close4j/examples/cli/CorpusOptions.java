package io.github.close4j.examples.cli;

import io.github.close4j.examples.run.CorpusFiles;
import io.github.close4j.examples.run.CorpusFiles.Part;
import io.github.close4j.examples.run.CorpusTask;
import io.github.close4j.examples.run.InputFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The task and the texts that it is learned or judged on. */
final class CorpusOptions {
  @Option(
      names = "--task",
      defaultValue = "captioning-single",
      converter = TaskConverter.class,
      completionCandidates = TaskNames.class,
      description = "The task: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private CorpusTask task;

  @Option(
      names = "--corpus",
      paramLabel = "PART=FILE",
      description =
          "A file of the task's corpus; give one for each part. Entailment has the part pairs; "
              + "VQA questions, annotations and captions; VQA-E explanations; news has news and "
              + "articles (a folder); all other tasks have captions.")
  private Map<Part, Path> corpus = new EnumMap<>(Part.class);

  @Option(
      names = "--splits",
      split = ",",
      paramLabel = "SPLIT",
      description = "Read the captions as Karpathy's dataset_coco.json, these splits of it.")
  private List<String> splits = List.of();

  @Option(
      names = "--skip-malformed",
      description = "Report records that cannot be used and skip them, instead of stopping.")
  private boolean skipMalformed;

  CorpusTask task() {
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

  /** Tasks by the names that run files have for them. */
  private static final class TaskConverter implements ITypeConverter<CorpusTask> {
    @Override
    public CorpusTask convert(String name) {
      try {
        return CorpusTask.of(name);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  private static final class TaskNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(CorpusTask.values()).map(CorpusTask::title).iterator();
    }
  }

  static CorpusFiles files(Map<Part, Path> paths, List<String> splits) {
    Map<Part, InputFile> files = new EnumMap<>(Part.class);
    paths.forEach((part, path) -> files.put(part, InputFile.of(path)));
    return new CorpusFiles(files, splits);
  }
}
