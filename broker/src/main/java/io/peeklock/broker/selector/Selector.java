/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.selector;

import io.peeklock.broker.MessageFilter;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import io.peeklock.broker.message.MalformedContentException;
import io.peeklock.broker.message.Message;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message selector of Jakarta Messaging (3.8.1), compiled; chooses the messages for which it is true.
 *
 * <p>Immutable, thread safe. Two are equal if their texts are. Evaluation never throws and takes time proportional to the
 * selector and to the properties it names.
 */
public final class Selector implements MessageFilter {

    /** Longest text that is looked at, in characters. */
    public static final int MAX_LENGTH = 65_536;

    /** A selector of fewer costs as little as any. */
    private static final int SIMPLE_CHARACTERS = 256;

    private final String text;
    private final Expression condition;

    private Selector(String text, Expression condition) {
        this.text = text;
        this.condition = condition;
    }

    /**
     * Compiles a selector.
     *
     * @return null for null and for text that is empty or blank: there is none (3.8.1)
     * @throws BrokerException {@code InvalidSelector}, saying what is wrong and at which position, counted from 0
     */
    public static @Nullable Selector parse(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        if (text.length() > MAX_LENGTH) {
            throw invalid(
                    MAX_LENGTH,
                    "the selector has " + text.length() + " characters, at most " + MAX_LENGTH + " are allowed");
        }
        return new Selector(text, SelectorParser.parse(text));
    }

    /**
     * Whether a property can have this name: it is an identifier and none of the keywords as 3.8.1.1 writes them. In other
     * letters it can be carried, as programs expect that call a property {@code true}, though no selector can name it.
     */
    public static boolean isPropertyName(String name) {
        if (name.isEmpty() || !Character.isJavaIdentifierStart(name.codePointAt(0))) {
            return false;
        }
        return name.codePoints().allMatch(Character::isJavaIdentifierPart) && !SelectorLexer.KEYWORDS.contains(name);
    }

    /** As it was given. */
    public String text() {
        return text;
    }

    /** The session that exactly this selector asks for: {@code JMSXGroupID = 'x'} and nothing else. */
    public Optional<String> session() {
        return condition instanceof Expression.Comparison comparison
                        && comparison.comparator() == Comparator.EQUAL
                        && comparison.left() instanceof Identifier identifier
                        && identifier.name().equals(FieldNames.GROUP_ID)
                        && comparison.right() instanceof Expression.Literal literal
                        && literal.value() instanceof String session
                ? Optional.of(session)
                : Optional.empty();
    }

    @Override
    public boolean matches(Message message, int redeliveries, Map<String, @Nullable Object> changes) {
        try {
            Boolean truth = condition.truth(message, redeliveries, changes);
            return truth != null && truth;
        } catch (MalformedContentException e) {
            // A filter never throws; whoever takes the message without a selector is told that it is damaged.
            return false;
        }
    }

    @Override
    public int cost() {
        return 1 + text.length() / SIMPLE_CHARACTERS;
    }

    static BrokerException invalid(int position, String reason) {
        return new BrokerException(
                ErrorCode.InvalidSelector, "Invalid selector at position " + position + ": " + harmless(reason));
    }

    /** What it quotes may have control characters in it, which have no place in a log. */
    private static String harmless(String reason) {
        StringBuilder shown = new StringBuilder();
        reason.chars()
                .forEach(c ->
                        shown.append(Character.isISOControl(c) ? String.format("U+%04X", c) : Character.toString(c)));
        return shown.toString();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Selector selector && text.equals(selector.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
