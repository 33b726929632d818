/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Writes down what it is told, and answers when and how the test says.
 *
 * <p>One thread.
 */
final class RecordingListener implements DefinitionListener {

    private final List<String> told = new ArrayList<>();
    private CompletableFuture<Void> answer = CompletableFuture.completedFuture(null);

    /** What it was told since the last call, such as {@code "changed orders 2"}. */
    List<String> told() {
        List<String> copy = List.copyOf(told);
        told.clear();
        return copy;
    }

    /** Answers with this future from now on. */
    void answerWith(CompletableFuture<Void> future) {
        answer = future;
    }

    @Override
    public CompletableFuture<Void> changed(EntityDefinition now) {
        told.add("changed " + now.name() + " " + now.version());
        return answer;
    }

    @Override
    public CompletableFuture<Void> deleted(EntityDefinition gone) {
        told.add("deleted " + gone.name() + " " + gone.version());
        return answer;
    }

    @Override
    public CompletableFuture<Void> ruleChanged(RuleDefinition now, EntityDefinition subscription) {
        told.add("rule " + now.name() + " of " + subscription.name() + " " + subscription.version());
        return answer;
    }

    @Override
    public CompletableFuture<Void> ruleDeleted(RuleDefinition gone) {
        told.add("deleted rule " + gone.name());
        return answer;
    }
}
