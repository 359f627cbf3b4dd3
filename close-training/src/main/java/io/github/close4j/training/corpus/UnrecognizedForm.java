package io.github.close4j.training.corpus;

/** A file holds captions, or names of pictures, in a form that is not read; says which. */
final class UnrecognizedForm extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnrecognizedForm(String found) {
    super(found);
  }
}
