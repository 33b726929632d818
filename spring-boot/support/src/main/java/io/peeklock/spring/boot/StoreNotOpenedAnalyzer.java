/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.spring.boot;

import io.peeklock.administration.ConfigException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says why the broker could not be opened and what to do about it, in place of a stack trace.
 *
 * <p>Has no state.
 */
final class StoreNotOpenedAnalyzer extends AbstractFailureAnalyzer<StoreNotOpenedException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, StoreNotOpenedException cause) {
        return new FailureAnalysis(
                "Peeklock's broker " + cause.getUrl() + " could not be opened:\n\n    "
                        + cause.getReason().replace("\n", "\n    "),
                action(cause),
                cause);
    }

    private String action(StoreNotOpenedException cause) {
        if (findCause(cause, ConfigException.class) != null) {
            return "Correct the file that peeklock.config-file names. Nothing of it was applied.";
        }
        String code = cause.getErrorCode() == null ? "" : cause.getErrorCode();
        return switch (code) {
            case "StoreLocked" ->
                "One process at a time has a store open. End the other one, or give this application a directory of its own with"
                        + " peeklock.directory.";
            case "Unauthorized" ->
                "Let the user that runs the application read and write the directory of peeklock.directory and everything in it;"
                        + " if it is a login that was refused, correct peeklock.user and peeklock.password.";
            case "QuotaExceeded" -> "Make room on the disk of the directory that peeklock.directory names.";
            case "NewerFormat" -> "Use the version of Peeklock that has written the store, or a newer one.";
            case "InvalidOperation" -> "Correct the properties peeklock.* that it names.";
            default ->
                "Look whether peeklock.directory names the right directory, and whether its disk is well. The store tool,"
                        + " io.peeklock.journal.inspect.StoreTool, verifies a store.";
        };
    }
}
