package io.github.close4j.metric;

/**
 * An estimate and the interval in which the true value is expected.
 *
 * @param estimate the value of the sample itself
 * @param low lower end
 * @param high upper end
 */
public record Interval(double estimate, double low, double high) {}
