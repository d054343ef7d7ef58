;; Saves $MIGRATION, waits for $EXPECTED diagnostics, has the test written that kills the first mutant of the schema, saves it, and
;; writes what was shown to $ANSWER.

(require 'eglot)
(require 'json)

(defun wait-for (what condition)
  (let ((end (+ (float-time) 100)) found)
    (while (and (not (setq found (funcall condition))) (< (float-time) end))
      (run-hooks 'post-command-hook)
      (accept-process-output nil 0.1))
    (unless found (error "gave up waiting for %s" what))
    found))

(defun sent (diagnostic)
  (cdr (assq 'eglot-lsp-diag (flymake-diagnostic-data diagnostic))))

(defun shown (diagnostic)
  `((code . ,(plist-get (sent diagnostic) :code))
    (line . ,(line-number-at-pos (flymake-diagnostic-beg diagnostic)))
    (message . ,(plist-get (sent diagnostic) :message))))

;; This eglot shows no lenses; its connection to the server is asked for the one with the score.
(defun score ()
  (seq-some (lambda (lens)
              (let ((title (plist-get (plist-get lens :command) :title)))
                (and title (string-match "^\\([0-9]+\\)% · " title) (string-to-number (match-string 1 title)))))
            (jsonrpc-request (eglot-current-server) :textDocument/codeLens
                             (list :textDocument (eglot--TextDocumentIdentifier)))))

(defun write-test (diagnostic)
  "Choose the fix of DIAGNOSTIC as a user does who says yes to every question."
  (cl-letf ((last-nonmenu-event t) ; the keyboard, not a mouse
            ((symbol-function 'completing-read)
             (lambda (_prompt titles &rest _)
               (car (seq-find (lambda (title) (string-match-p "^Write the test" (car title))) titles))))
            ((symbol-function 'y-or-n-p) #'always)
            ((symbol-function 'yes-or-no-p) #'always))
    (ignore-error 'jsonrpc-error ; it waits ten seconds at most for what the server does
      (eglot-code-actions (flymake-diagnostic-beg diagnostic) (flymake-diagnostic-end diagnostic) nil t))
    (wait-for "the test" (lambda () (seq-some (lambda (buffer) (and (buffer-file-name buffer) (buffer-modified-p buffer)))
                                              (buffer-list))))))

(find-file (getenv "MIGRATION"))
(wait-for "the server" #'eglot-managed-p)
(set-buffer-modified-p t)
(save-buffer)
(wait-for "the diagnostics"
          (lambda () (flymake-start) (>= (length (flymake-diagnostics)) (string-to-number (getenv "EXPECTED")))))

(let* ((migration (current-buffer))
       (before (wait-for "the score" #'score))
       (diagnostics (flymake-diagnostics))
       (said (vconcat (mapcar #'shown diagnostics)))
       (survivor (seq-find (lambda (each) (string-prefix-p "SCH_" (plist-get (sent each) :code))) diagnostics)))
  (write-test survivor)
  (save-some-buffers t)
  (with-current-buffer migration
    (set-buffer-modified-p t)
    (save-buffer)
    (let ((after (wait-for "a better score" (lambda () (let ((now (score))) (and now (> now before) now))))))
      (flymake-start)
      (let ((answer `((diagnostics . ,said) (before . ,before) (after . ,after) (left . ,(length (flymake-diagnostics))))))
        (with-temp-file (getenv "ANSWER") (insert (json-encode answer)))))))
(eglot-shutdown (eglot-current-server))
