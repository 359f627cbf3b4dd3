package io.github.close4j.training.corpus;

/**
 * A picture of a news article.
 *
 * @param id the picture's number in Visual News
 * @param image the picture's file as the corpus states it
 * @param caption what stands below the picture
 * @param article the article's first line
 */
public record NewsPicture(String id, String image, String caption, String article) {}
