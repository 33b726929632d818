/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A file cannot be applied: nothing of it was. Says everything that is wrong with it. Immutable.
 */
public final class ConfigException extends BrokerException {
    private static final long serialVersionUID = 1L;

    /** How many problems the message has; {@link #problems} has them all. */
    private static final int SHOWN = 50;

    private final transient List<Problem> problems;

    ConfigException(String source, List<Problem> problems) {
        super(ErrorCode.InvalidOperation, message(source, problems));
        this.problems = List.copyOf(problems);
    }

    private static String message(String source, List<Problem> problems) {
        String shown = problems.stream().limit(SHOWN).map(Problem::toString).collect(Collectors.joining("\n  "));
        int more = problems.size() - SHOWN;
        return source + " was not applied, nothing of it:\n  " + shown + (more > 0 ? "\n  and " + more + " more" : "");
    }

    /** In the order of the file. Empty after deserialisation: then there is the message. */
    public List<Problem> problems() {
        List<Problem> all = problems;
        return all == null ? List.of() : all;
    }
}
