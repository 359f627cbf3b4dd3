package io.github.close4j.metric;

/** English abbreviations that keep their dot, as the Penn Treebank writes them. */
final class Abbreviations {
  private static final String TITLES =
      "mr|mrs|ms|dr|prof|jr|sr|gen|col|capt|lt|sgt|cpl|pvt|maj|cmdr|adm|gov|sen|rep|rev|hon|pres"
          + "|supt|asst|det|esq|messrs|mme|mlle";
  private static final String NAMES = "alex|wm|st|ste|ft|mt";
  private static final String STREETS = "ave|blvd|rd|ct|sq|bldg";
  private static final String FIRMS = "inc|co|corp|ltd|bros|dept|univ|assn|pty|bhd|invt";
  private static final String DATES =
      "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|mon|tues?|wed|thu|thurs|fri";
  private static final String STATES =
      "ala|ariz|calif|colo|conn|fla|ga|ind|kan|ky|md|mich|minn|mo|mont|neb|nev|okla|penn|tenn|va"
          + "|vt|wis";
  private static final String OTHERS = "vs|etc|al|cf|est|ext|ph|tel";

  /** States whose abbreviation is a word of its own in small letters. */
  private static final String CAPITALISED_STATES = "Ark|Del|Ill|La|Mass|Miss|Ore|Pa|Tex|Wash";

  private static final String BEFORE_NUMBERS = "nos?|figs?|pp|ca|op|art";

  /** Matches an abbreviation with its dot; case is ignored but for states. */
  static final String REGEX =
      "\\b(?:(?:%s)\\.(?![\\p{L}\\p{N}])|(?-i:%s)\\.(?![\\p{L}\\p{N}])|(?:%s|%s)\\.(?= ?\\d))"
          .formatted(
              String.join("|", TITLES, NAMES, STREETS, FIRMS, DATES, STATES, OTHERS),
              CAPITALISED_STATES,
              BEFORE_NUMBERS,
              DATES);

  private Abbreviations() {}
}
