/**
 * Modality adapters: what stands between CLIP's text vector and the text decoder while it learns.
 *
 * <p>CLIP's text and image vectors of the same scene lie apart (the modality gap). A decoder
 * trained on text vectors alone is therefore trained on disturbed ones, so that at run time it also
 * reads image vectors (CLOSE, arXiv 2211.09778, sections 2 and 4).
 *
 * <p>Evaluation never draws. Image vectors pass no adapter, save in C3, whose {@link
 * io.github.close4j.adapter.AdapterFitting#imageMeanRemoval} is built into the model.
 */
@NullMarked
package io.github.close4j.adapter;

import org.jspecify.annotations.NullMarked;
