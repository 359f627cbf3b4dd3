package io.github.close4j.metric;

import com.google.common.collect.ImmutableMap;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The kinds of tokens. Where several begin at a place, the longest is taken, what it has to see
 * behind itself included, and of equally long ones the first.
 *
 * <p>The patterns are of {@linkplain TokenCharacters#representatives representatives}, and case is
 * ignored but where one says otherwise. What a group encloses is the token, and what follows the
 * group is what has to be seen behind it. A name in braces stands for a part of {@link Parts}.
 */
enum TokenRule {
  /** {@code <br />}, {@code <!-- … -->}. */
  TAG("{tag}"),
  /** A character by its name or number in HTML. */
  ENTITY("&(?:amp|lt|gt|quot|apos|nbsp|[mn]dash|odq|cdq|ht|ur|qc|md|#[0-9]+);"),

  /** {@code https://a.org/b}, {@code www.a_b.org}, {@code foo.com/bar}. */
  ADDRESS(
      "https?://[^ \t\n\"()<>{}|]+[^ \t\n\"()<>{}|!?.,-]",
      "www\\.(?:{wwwHost}\\.){1,99}[a-z]{2,4}{path}?",
      "(?:{host}\\.){1,99}(?:com|net|org|edu){path}?"),
  /** {@code a@b.org}. */
  E_MAIL("<?[a-z0-9]{mailOrDot}{0,254}@{mail}{1,254}(?:\\.{mail}{1,254}){0,99}>?"),
  /** {@code @somebody}. */
  USER("@[a-z_][a-z_0-9]*"),
  /** {@code #tag}. */
  HASH_TAG("#[{letterChars}\u0301]+"),
  /** {@code C++}. */
  PROGRAMMING_LANGUAGE("c\\+\\+", "[cf]#"),

  /** {@code can}, before {@code not}. */
  COMPOUND(
      "(can)not[^{wordChars}]",
      "(gon|wan)na[^{wordChars}]",
      "(got)ta[^{wordChars}]",
      "(lem|gim)me[^{wordChars}]"),
  /** {@code 't}, before {@code is}. */
  TIS("('t)(?:is|was)"),
  /** {@code do}, before {@code n't}. */
  BEFORE_NOT("([a-z\u00ad]+?)n{any'}t"),
  /** {@code n't}. */
  NOT("n{any'}t"),
  /** {@code man}, before {@code 's}. */
  BEFORE_CLITIC("({anyWord}){'}(?:[smd]|re|ve|ll)"),
  /** {@code 's}; a typographic apostrophe needs no end of the word. */
  CLITIC("('(?:[smd]|re|ve|ll))[^a-z]", "’(?:[smd]|re|ve|ll)"),

  /** {@code d'or}, {@code o'clock}, {@code l'}, and {@code y'} before a word. */
  ELIDED("[dlo]{any'}{alnum}{2,}", "[dlj]{'}", "(y{'})(?![dms]){letter}"),
  /** {@code K'nex}. */
  INITIAL_AND_NAME("(?:n|(?-i:[A-HJ-XZ])){any'}[a-zé]{2,}"),
  /** {@code Hawai'i}. */
  BETWEEN_VOWELS("[a-zé]+[aeiouy]{any'}(?-i:[aeiouA-Z])[a-zé]*"),
  /** {@code 'em}, {@code c'mon}. */
  WITH_APOSTROPHE(
      "{'}(?:em|till?|cause)",
      "{'}n{'}",
      "('n)[{blank}\n]",
      "’n",
      "e'er|li{'}l|c{'}(?:mon|est)|s{'}mores|(?:ol|somethin|dunkin){'}"),
  /** {@code '90s}, and {@code '60} if it ends there. */
  DECADE("{'}[0-9]0s", "({'}[0-9]{2})[{blank}\n]"),

  /** {@code a.m.}, {@code U.S.-based}. */
  ACRONYM(
      "(?:[a-z0-9][a-z0-9.,\u00ad]*-(?:[a-z0-9\u00ad]+-){0,99})?{acronym}(?:-(?:{acronym}|[a-z0-9]+)){0,99}"),
  /** {@code S.} */
  INITIAL("[a-z]\\."),
  /** {@code S}, if the dot behind it ends a sentence. */
  INITIAL_BEFORE_SENTENCE("([a-z])\\.[{blank}]+(?:(?-i:{sentenceStart})|{tag})[{blank}\n]"),
  /** {@code Inc.}, {@code Mr.}, and {@code no.} before a number. */
  ABBREVIATION(
      "((?:{endAbbreviation})\\.)[^{alnumChars}]?[\\s\\S]",
      "(?:{abbreviation})\\.",
      "((?:{beforeNumber})\\.) ?{digit}"),
  /** A word with a dot that cannot end a sentence, since a mark follows. */
  BEFORE_COMMA("({anyWord}\\.)[,;:]", "({dottedHyphenated}\\.)[,;:]", "({capitals}\\.)[,;:]"),

  /** {@code dog}, {@code 1st}. */
  WORD("{word}", "{alnum}*[a-zé]{alnum}*"),
  /** {@code table.The}, {@code stop!go}. */
  JOINED_BY_MARKS("{word}(?:[.!?]{word}){1,99}"),
  /** {@code 3.5-inch}, {@code snake_case}. */
  HYPHENATED("{part}(?:[-_‐]{part}){1,99}", "{dottedHyphenated}"),
  /** {@code his/her}, {@code 1/2/2010}. */
  SLASHED("[a-z0-9]+(?:-[a-z]+){0,2}(?:\\\\?/[a-z0-9]+(?:-[a-z]+){0,2}){1,2}"),
  /** {@code AT&T}. */
  CAPITALS("{capitals}"),
  /** {@code 4.jpg}. */
  FILE_NAME("({alnum}+(?:\\.{alnum}+){0,99}\\.(?:{fileEnding}))[{blank}\n.?!,]"),
  /** {@code US$}. */
  CURRENCY("(?-i:[A-Z]*)\\$"),

  /** {@code (555) 123-4567}. */
  PHONE(
      "\\({digit}{2,3}\\){phoneBlank}?{digit}{3,4}{phoneBlank}?{digit}{3,5}",
      "\\+?(?:{digit}{2,4}{phoneBlank}?)?{digit}{2,4}{phoneBlank}{digit}{3,4}{phoneBlank}?{digit}{3,5}"),
  /** {@code -1,000.50}, {@code 10:30}. */
  NUMBER("[-+]?\u00ad?{digits}?(?:[.,:٫]{digits}){0,99}"),
  /** {@code 12/25/2010}. */
  DATE("{digit}{1,2}[-/]{digit}{1,2}[-/]{digit}{2,4}"),
  /** {@code 1 1/2}. */
  FRACTION("(?:{digit}{1,4}[{blank}-])?{digit}{1,4}(?:\\\\?/|⁄){digit}{1,4}"),
  /** {@code ²³}, {@code ₂}. */
  SUPERSCRIPT("[⁺⁻]?²+", "[₊₋]?₂+"),

  /** {@code :-)}. */
  SMILEY("([<>]?[:;=][-'*o]?(?-i:[()@\\[\\]\\\\{|DOPdp]))[^a-z0-9]"),
  /** {@code ^_^}. */
  FACE("{face}", "\\({face}\\)"),
  /** {@code --}. */
  DASHES("-{2,4}"),
  /** Two marks that are one token, though not always one quote. */
  QUOTES("[`‘’‛‹›“”„]{2}", "''"),
  /** {@code ?!}, {@code ***}. */
  MARKS("[?!]{2,}", "_+", "\\*+", "#+", "@+", "-+", "<<", ">>"),
  /** What is no word, and ends one. */
  DROPPED("\\.{3,4}", "\\. \\. \\.", "[{blank}\n\u0001“”‘’‛‹›–…\u00ad\"‐٫]"),
  /** Any other character by itself. */
  CHARACTER("[\\s\\S]");

  private final List<Pattern> patterns;

  TokenRule(String... patterns) {
    this.patterns =
        Arrays.stream(patterns)
            .map(pattern -> Pattern.compile(Parts.expand(pattern), Pattern.CASE_INSENSITIVE))
            .toList();
  }

  List<Pattern> patterns() {
    return patterns;
  }

  /** What patterns name in braces. */
  private static final class Parts {
    private static final Map<String, String> PARTS =
        ImmutableMap.<String, String>builder()
            .put(
                "tag",
                "(?:</?{tagName} *>|<{tagName}"
                    + "(?: +{tagName}(?: *= *(?:\"[^\"]{0,999}\"|'[^']{0,999}'))?){0,99} */? *>"
                    + "|<[!?][a-z-][^>\n]{0,999}>)")
            .put("anyWord", "(?:{word}(?:[.!?]{word}){0,99}|{part}(?:[-_‐]{part}){0,99})")
            .put("part", "(?:{elided}|{alnum}+)")
            .put("acronym", "[a-z](?:\\.[a-z]){1,99}\\.")
            .put("dottedHyphenated", "[a-z0-9][a-z0-9.,\u00ad]*(?:-[a-z0-9\u00ad]+){1,99}")
            .put("capitals", "(?-i:[A-Z]+(?:(?:[+&]|&amp;)[A-Z]+){1,99})")
            .put("elided", "[dlo]{any'}{alnum}{2,}")
            .put(
                "word",
                "(?:[{letterChars}\u0301]|{accented})[{wordChars}]*+(?:{accented}[{wordChars}]*+){0,99}")
            .put("accented", "&[aeiou](?:acute|grave|uml);")
            .put(
                "fileEnding",
                "jpe?g|png|gif|bmp|html?|xml|php|cgi|txt|doc|docx|pdf|ps|ppt|zip|gz|tar|exe|dll"
                    + "|jar|java|class|c|cpp|h|py|pl|bat|mp3|wav|mov|sql")
            .put("face", "(?-i:[-'^=~<>x]_[-'^=~<>x])")
            .put("host", "(?-i:[^ \t\n\"'<>|.!?(){},:;/0-9=@$\\[\\]^_`\\\\A-Z-]){1,255}")
            .put("wwwHost", "[^ \t\n\"()<>{}|.!?,]{1,255}")
            .put("path", "(?:/[^ \t\n\"()<>|]+[^ \t\n\"()<>{}|!?.,-])")
            .put("mailOrDot", "[^ \t\n\"()<>{}|\u00a0]")
            .put("mail", "[^ \t\n\"()<>{}|.\u00a0]")
            .put("tagName", "[a-z][a-z0-9_:.-]*")
            .put("wordChars", "{letterChars}0-9٣\u0301")
            .put("alnum", "[{alnumChars}]")
            .put("alnumChars", "a-zé0-9٣")
            .put("letter", "[{letterChars}]")
            .put("letterChars", "a-zé\u00ad")
            .put("phoneBlank", "[{blank}-]")
            .put("digits", "(?:[0-9٣](?:[0-9٣\u00ad]*[0-9٣])?)")
            .put("digit", "(?:\u00ad?[0-9٣])")
            .put("any'", "['’‘‛`]")
            .put("'", "['’]")
            .put("blank", " \t\u00a0\u3000")
            .put(
                "sentenceStart",
                "A|About|According|Additionally|After|An|As|At|But|Earlier|He|Her|Here|"
                    + "However|If|In|It|Last|Many|More|Now|Once|One|Other|Our|She|Since|So|Some|"
                    + "Such|That|The|Their|Then|There|These|They|This|We|What|When|While|Yet|"
                    + "You")
            .put(
                "endAbbreviation",
                "ph\\.d|al|co|ct|ga|jr|ky|md|mo|rd|rt|sq|sr|va|vt|ala|apr|aug|bhd|cos|dak|"
                    + "dec|est|etc|ext|feb|fla|fri|inc|ind|jan|jul|jun|kan|ltd|mar|mon|neb|nev|"
                    + "nov|oct|plc|pte|pty|sep|seq|sys|tel|thu|tue|wed|wis|wyo|ariz|assn|bldg|"
                    + "blvd|bros|colo|conn|corp|esq|intl|kans|mich|minn|mont|okla|penn|ppte|"
                    + "ppty|ptes|ptys|sept|tenn|tues|univ|wisc|calif|thurs|bancorp|(?-i:A)rk|"
                    + "(?-i:A)z|(?-i:D)el|(?-i:I)ll|(?-i:L)a|(?-i:M)ass|(?-i:M)iss|(?-i:O)re|"
                    + "(?-i:P)a|(?-i:T)ex|(?-i:W)ash")
            .put(
                "abbreviation",
                "cf|dr|ft|lt|mr|ms|mt|ph|st|vs|wm|adj|adm|adv|ave|cie|col|cpl|det|drs|ens|"
                    + "gen|gov|hon|jos|maj|mfg|mme|mrs|mtg|pfc|pvt|rep|rev|sen|sfc|sgt|spc|ste|"
                    + "alex|asst|atty|brig|capt|cmdr|dept|elec|govs|insp|invt|mlle|msgr|natl|"
                    + "pres|prof|reps|sens|supt|assoc|attys|comdr|lieut|profs|supts|treas|"
                    + "messrs")
            .put("beforeNumber", "art|ca|figs?|nos?|op|pp|prop")
            .build();

    static String expand(String pattern) {
      String expanded = pattern;
      for (Map.Entry<String, String> part : PARTS.entrySet()) {
        expanded = expanded.replace("{" + part.getKey() + "}", part.getValue());
      }
      return expanded;
    }
  }
}
