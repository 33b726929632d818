/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says which property is wrong, in place of a stack trace.
 *
 * <p>Has no state.
 */
final class InvalidPropertyAnalyzer extends AbstractFailureAnalyzer<InvalidPeeklockPropertyException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidPeeklockPropertyException cause) {
        return new FailureAnalysis(
                "Peeklock cannot be set up, because of " + cause.getProperty() + ":\n\n    " + cause.getProblem(),
                "Correct " + cause.getProperty() + " in the application's configuration.",
                cause);
    }
}
