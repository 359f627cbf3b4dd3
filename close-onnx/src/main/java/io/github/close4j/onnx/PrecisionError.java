package io.github.close4j.onnx;

/**
 * What a precision costs: a model's numbers in it against the same in 32-bit floats, for the same
 * pictures. Errors are magnitudes of differences.
 *
 * @param precision the precision
 * @param pictures how many pictures were compared
 * @param leastCosine least cosine of a picture's two CLIP vectors
 * @param largestVectorError of a component of a CLIP vector, which has norm 1
 * @param largestPrefixError of a component of the prefix
 * @param largestLogitError of a logit of the first word
 * @param meanLogitError the mean over all logits of the first word
 * @param equalFirstTokens pictures whose likeliest first token is the same
 * @param equalCaptions pictures whose best caption is the same
 */
public record PrecisionError(
    Precision precision,
    int pictures,
    double leastCosine,
    double largestVectorError,
    double largestPrefixError,
    double largestLogitError,
    double meanLogitError,
    int equalFirstTokens,
    int equalCaptions) {}
