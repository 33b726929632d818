/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

/**
 * The path of a queue or of its dead-letter queue.
 *
 * @param name the queue's name
 * @param deadLetter whether the path names its dead-letter queue ({@code <name>/$deadletterqueue}, rule D1)
 */
public record EntityPath(String name, boolean deadLetter) {

    /** The queue itself. */
    public static EntityPath queue(String name) {
        return new EntityPath(name, false);
    }

    /** The dead-letter queue of this one. */
    public EntityPath deadLetterQueue() {
        return new EntityPath(name, true);
    }

    @Override
    public String toString() {
        return deadLetter ? name + "/$deadletterqueue" : name;
    }
}
