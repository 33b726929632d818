/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.administration;

import io.peeklock.administration.AppliedChanges.Change;
import io.peeklock.administration.AppliedChanges.Kind;
import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The changes that make a namespace as a file says, in an order in which each finds what it needs.
 *
 * <p>Filled and run by one thread after the other. Each change is durable by itself and found done by the next plan: if a
 * run ends in the middle, applying the file again does the rest.
 */
final class Plan {

    /** When a change comes. */
    enum Phase {
        /** Queues and topics, without forwards. */
        CREATE_ENTITIES,
        CHANGE_POLICIES,
        /** Once the others are there: with none at all, whoever names a user would be let in. */
        DELETE_POLICIES,
        /** Without forwards; with the rule {@code $Default}, or with none. */
        CREATE_SUBSCRIPTIONS,
        CHANGE_RULES,
        CHANGE_ENTITIES,
        /** Once all that is forwarded to is there. */
        FORWARD,
        DELETE
    }

    private record Step(Change change, Supplier<CompletableFuture<?>> work) {}

    private final Map<Phase, List<Step>> phases = new EnumMap<>(Phase.class);

    void add(Phase phase, Kind kind, String what, Supplier<CompletableFuture<?>> work) {
        phases.computeIfAbsent(phase, none -> new ArrayList<>()).add(new Step(new Change(kind, what), work));
    }

    /** Makes the changes one after the other; ends with the first that fails, and says how far it came. */
    CompletableFuture<AppliedChanges> run() {
        List<Change> done = new ArrayList<>();
        CompletableFuture<?> chain = CompletableFuture.completedFuture(null);
        for (List<Step> steps : phases.values()) {
            for (Step step : steps) {
                chain = chain.thenCompose(before -> made(step, done.size()))
                        .thenAccept(made -> done.add(step.change()));
            }
        }
        return chain.thenApply(all -> new AppliedChanges(done));
    }

    private static CompletableFuture<?> made(Step step, int before) {
        CompletableFuture<?> work = step.work().get();
        return work.handle((made, failure) -> failure).thenCompose(failure -> {
            if (failure == null) {
                return CompletableFuture.completedFuture(null);
            }
            Throwable cause = Unwrapped.cause(failure);
            ErrorCode code = cause instanceof BrokerException e ? e.code() : ErrorCode.OutcomeUnknown;
            return CompletableFuture.failedFuture(new BrokerException(
                    code,
                    "the file was applied in part: after " + before + " changes, "
                            + step.change().what() + " could not be made so: " + cause.getMessage()
                            + "; mend the cause and apply it again, which does the rest",
                    cause));
        });
    }
}
