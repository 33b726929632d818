/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

/**
 * The path of a queue or of its dead-letter queue, checked: one that breaks the rules for names cannot be made.
 *
 * <p>Immutable. A subscription's path ({@code topic/Subscriptions/name}) is recognised and answered with EntityNotFound
 * while there are no topics; it will be one more form of {@code name}.
 *
 * @param name the queue's name, as {@link EntityNames#check} wants it
 * @param deadLetter whether the path names its dead-letter queue ({@code <name>/$deadletterqueue}, rule D1)
 */
public record EntityPath(String name, boolean deadLetter) {

    private static final String DEAD_LETTER_SUFFIX = "/" + EntityNames.DEAD_LETTER_SEGMENT;

    public EntityPath {
        EntityNames.check(name);
    }

    /** The queue itself. */
    public static EntityPath queue(String name) {
        return new EntityPath(name, false);
    }

    /**
     * Reads a path as an application writes it: a name, or a name and {@code /$deadletterqueue} in any case (rule W5).
     *
     * @throws io.peeklock.broker.error.BrokerException InvalidOperation for what can be no path, saying what is wrong and
     *     where; EntityNotFound for a subscription's path
     */
    public static EntityPath parse(String path) {
        int nameEnd = path.length() - DEAD_LETTER_SUFFIX.length();
        boolean deadLetter =
                nameEnd > 0 && path.regionMatches(true, nameEnd, DEAD_LETTER_SUFFIX, 0, DEAD_LETTER_SUFFIX.length());
        return new EntityPath(deadLetter ? path.substring(0, nameEnd) : path, deadLetter);
    }

    /** The dead-letter queue of this one. */
    public EntityPath deadLetterQueue() {
        return new EntityPath(name, true);
    }

    @Override
    public String toString() {
        return deadLetter ? name + DEAD_LETTER_SUFFIX : name;
    }
}
