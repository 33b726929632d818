/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

/**
 * A property {@code peeklock.*} has a value that cannot be, or several do not go together. Immutable.
 */
public final class InvalidPeeklockPropertyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String property;
    private final String problem;

    /**
     * @param property its name, or a pattern where it is several
     * @param problem what is wrong, and what is allowed
     */
    InvalidPeeklockPropertyException(String property, String problem) {
        super(property + ": " + problem);
        this.property = property;
        this.problem = problem;
    }

    /** What a property asks for needs a dependency that is not there. */
    static InvalidPeeklockPropertyException missing(String property, String artifact) {
        return new InvalidPeeklockPropertyException(
                property,
                "it needs " + artifact + ", which is not there. Add that to the dependencies, or set it to false");
    }

    /** Refuses a value that is none of those that are allowed. */
    static void require(boolean isAllowed, String property, Object value, String allowed) {
        if (!isAllowed) {
            throw new InvalidPeeklockPropertyException(property, "it is " + value + ", and allowed is " + allowed);
        }
    }

    /** Its name, or a pattern where it is several. */
    public String getProperty() {
        return property;
    }

    /** What is wrong, and what is allowed. */
    public String getProblem() {
        return problem;
    }
}
