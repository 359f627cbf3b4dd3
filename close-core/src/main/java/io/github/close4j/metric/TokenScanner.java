package io.github.close4j.metric;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a caption token by token: at each place the rule takes effect that matches the
 * longest text, what it has to see behind the token included.
 */
final class TokenScanner {
  private static final List<Candidate> CANDIDATES = candidates();

  /** The candidates that can match what begins with two characters. */
  private static final Map<String, List<Candidate>> BY_BEGINNING = new ConcurrentHashMap<>();

  private static final int BEGINNING = 2;

  private final String caption;
  private final String representatives;
  private final @Nullable Matcher[] matchers = new Matcher[CANDIDATES.size()];

  private int start;
  private int end;
  private TokenRule rule = TokenRule.DROPPED;

  private record Candidate(int index, TokenRule rule, Pattern pattern) {

    /** A matcher that fails without having asked for more text fails for any that follows. */
    boolean canBegin(String beginning) {
      Matcher matcher = pattern.matcher(beginning);
      return matcher.lookingAt() || matcher.hitEnd();
    }
  }

  private static List<Candidate> candidates() {
    ImmutableList.Builder<Candidate> candidates = ImmutableList.builder();
    int index = 0;
    for (TokenRule rule : TokenRule.values()) {
      for (Pattern pattern : rule.patterns()) {
        candidates.add(new Candidate(index++, rule, pattern));
      }
    }
    return candidates.build();
  }

  TokenScanner(String caption) {
    // Some tokens have to see that a line ends.
    this.caption = caption + '\n';
    representatives = TokenCharacters.representatives(this.caption);
  }

  /** Goes to the next token, if there is one. */
  boolean next() {
    start = end;
    if (start == representatives.length()) {
      return false;
    }
    int longest = 0;
    for (Candidate candidate : candidatesHere()) {
      Matcher matcher = matcher(candidate).region(start, representatives.length());
      if (matcher.lookingAt() && matcher.end() - start > longest) {
        longest = matcher.end() - start;
        end = tokenEnd(matcher);
        rule = candidate.rule();
      }
    }
    return true;
  }

  private List<Candidate> candidatesHere() {
    String beginning =
        representatives.substring(start, Math.min(start + BEGINNING, representatives.length()));
    return BY_BEGINNING.computeIfAbsent(
        beginning,
        text -> CANDIDATES.stream().filter(candidate -> candidate.canBegin(text)).toList());
  }

  private Matcher matcher(Candidate candidate) {
    Matcher matcher = matchers[candidate.index()];
    if (matcher == null) {
      matcher = candidate.pattern().matcher(representatives);
      matchers[candidate.index()] = matcher;
    }
    return matcher;
  }

  /** What follows the group is only seen. */
  private static int tokenEnd(Matcher matcher) {
    for (int group = 1; group <= matcher.groupCount(); group++) {
      if (matcher.end(group) >= 0) {
        return matcher.end(group);
      }
    }
    return matcher.end();
  }

  /** The kind of the token. */
  TokenRule rule() {
    return rule;
  }

  /** The token as it stands in the caption. */
  String token() {
    return caption.substring(start, end);
  }
}
