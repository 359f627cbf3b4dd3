package io.github.close4j.examples.run;

import org.jspecify.annotations.Nullable;

/**
 * Held-out text that is judged after each epoch.
 *
 * @param corpus its files, of the run's task
 * @param shown how many examples are shown, 0 or more
 * @param bestBy the score that the best epoch has the highest of, or null for the lowest loss
 */
public record ValidationPlan(CorpusFiles corpus, int shown, @Nullable String bestBy) {}
