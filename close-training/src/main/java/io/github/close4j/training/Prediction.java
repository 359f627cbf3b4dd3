package io.github.close4j.training;

/**
 * What a model said of something.
 *
 * @param id what it is said of: a picture's, a question's or a pair's number or name
 * @param text the caption, answer or label
 */
public record Prediction(String id, String text) {}
