/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A credit of one message, without receivers. */
@Tag("L5")
class SharedCreditAloneTest {

    private final SharedCredit credit = new SharedCredit();

    private final List<String> ran = new ArrayList<>();

    private Runnable named(String name) {
        return () -> ran.add(name);
    }

    private boolean take(String name) {
        return credit.tryTake(named(name), () -> true);
    }

    @Test
    void isTakenOnce() {
        assertThat(take("a")).isTrue();
        assertThat(take("b")).isFalse();
        assertThat(credit.isFree(named("c"))).isFalse();
        credit.giveBack();
        assertThat(credit.isFree(named("d"))).isTrue();
    }

    @Test
    void givenBackRunsThoseAloneThatWerePassedOverOnceEachInTheirOrder() {
        take("holder");
        Runnable late = named("late");
        credit.isFree(named("early"));
        credit.isFree(late);
        credit.tryTake(late, () -> true);
        credit.giveBack();
        assertThat(ran).containsExactly("early", "late");
        credit.giveBack();
        assertThat(ran).hasSize(2);
    }

    @Test
    void givenBackRunsNobodyMoreOnceItIsTaken() {
        take("holder");
        credit.isFree(() -> {
            ran.add("first");
            take("first");
        });
        credit.isFree(named("second"));
        credit.giveBack();
        assertThat(ran).containsExactly("first");
        credit.giveBack();
        assertThat(ran).containsExactly("first", "second");
    }

    @Test
    void isNotTakenWithoutTheClaim() {
        assertThat(credit.tryTake(named("a"), () -> false)).isFalse();
        assertThat(take("b")).isTrue();
        credit.giveBack();
        assertThat(ran).isEmpty();
    }

    @Test
    void isNotClaimedWithWhatAnotherHas() {
        take("holder");
        assertThat(credit.tryTake(named("a"), () -> ran.add("claimed"))).isFalse();
        assertThat(ran).isEmpty();
    }

    /** Those behind it have nothing to do with what it failed of; it has its turn when there is one again. */
    @Test
    void oneThatFailsToAskKeepsNobodyFromIt() {
        AtomicBoolean failing = new AtomicBoolean(true);
        take("holder");
        credit.isFree(() -> {
            if (failing.get()) {
                throw new LinkageError("on purpose");
            }
            ran.add("first");
        });
        credit.isFree(named("second"));
        credit.giveBack();
        assertThat(ran).containsExactly("second");
        failing.set(false);
        take("next");
        credit.giveBack();
        assertThat(ran).containsExactly("second", "first");
    }

    @Test
    void withheldIsGivenToNobodyUntilAllOfferIt() {
        take("holder");
        credit.isFree(named("before"));
        credit.withhold();
        credit.withhold();
        credit.giveBack();
        assertThat(take("meanwhile")).isFalse();
        credit.offer();
        assertThat(ran).isEmpty();
        credit.offer();
        assertThat(ran).containsExactly("before", "meanwhile");
        assertThat(take("after")).isTrue();
    }
}
