/**
 * Modality adapters: what stands between CLIP's text vector and the text decoder while it learns.
 *
 * <p>CLIP's text and image vectors of the same scene lie apart (the modality gap). A decoder
 * trained on text vectors alone is therefore trained on disturbed ones, so that at run time it also
 * reads image vectors (CLOSE, arXiv 2211.09778, sections 2 and 4).
 *
 * <p>Evaluation never draws. What it does to a text vector is affine for {@link
 * io.github.close4j.adapter.GaussianNoise}, {@link io.github.close4j.adapter.IdentityAdapter} and
 * HEAD's {@link io.github.close4j.adapter.CovarianceNoise} (the identity) and for {@link
 * io.github.close4j.adapter.MeanShift} without normalisation; all others divide by a norm that
 * depends on the vector. Image vectors pass no adapter.
 */
@NullMarked
package io.github.close4j.adapter;

import org.jspecify.annotations.NullMarked;
