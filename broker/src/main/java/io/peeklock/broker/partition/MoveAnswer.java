/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * An answer that is given when all transfers of a decision have ended.
 *
 * <p>Owned by the partition's driver; not thread safe.
 */
final class MoveAnswer {
    private final Function<List<Refused>, Round.Reply> answer;
    private final List<Refused> refused = new ArrayList<>();
    private int left;

    MoveAnswer(Function<List<Refused>, Round.Reply> answer) {
        this.answer = answer;
    }

    /** It waits for one more. */
    void waitsFor(Transfer transfer) {
        transfer.answer = this;
        left++;
    }

    /** One has ended. */
    void ended(List<Refused> those) {
        refused.addAll(those);
        left--;
    }

    boolean isComplete() {
        return left == 0;
    }

    Round.Reply reply() {
        return answer.apply(refused);
    }
}
