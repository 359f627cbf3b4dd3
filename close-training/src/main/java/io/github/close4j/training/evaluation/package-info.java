/**
 * Evaluation of predictions against what people wrote: {@link
 * io.github.close4j.training.evaluation.Evaluation} makes an {@link
 * io.github.close4j.training.evaluation.EvaluationReport}; files are COCO's and VQA's result files.
 */
@NullMarked
package io.github.close4j.training.evaluation;

import org.jspecify.annotations.NullMarked;
