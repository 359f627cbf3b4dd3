package io.github.close4j.examples.scenes;

/** How many objects a {@link Scene} shows and what holds them together. */
public enum Layout {
  /** One object. */
  SINGLE,
  /** Two objects of different colours, in a {@link Relation}. */
  RELATION,
  /** Two to four objects of one shape, colour and size. */
  GROUP
}
